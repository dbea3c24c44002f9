import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onceFor } from './stamps.ts';
import { describe, listSubgraphs, root } from './workspace.ts';

/**
 * Runs graphql-codegen in this process: all types when their inputs changed, or those of the named subgraphs (and
 * `client`) in any case. What can be written is written even when another part fails.
 */
export async function generateTypes(names: readonly string[], force: boolean): Promise<void> {
  if (!existsSync(join(root, 'codegen.ts'))) return;
  const inputs = [
    join(root, 'codegen.ts'),
    join(root, 'schema'),
    join(root, 'packages/client/src/operations'),
    ...listSubgraphs().map((name) => join(root, 'subgraphs', name, 'codegen.json')),
  ];
  const outputs = listSubgraphs().map((name) =>
    join(root, 'subgraphs', name, 'src/__generated__/resolvers.ts'),
  );
  const work = async () => {
    await runCodegen(names);
    console.log(`✔ GraphQL types${names.length > 0 ? ` of ${names.join(', ')}` : ''}`);
  };
  if (force || names.length > 0) await work();
  else await onceFor('graphql-types', { inputs, outputs }, work);
}

async function runCodegen(names: readonly string[]): Promise<void> {
  if (names.length > 0) process.env.CODEGEN_ONLY = names.join(',');
  process.chdir(root);
  const [{ generate }, { default: config }] = await Promise.all([
    import('@graphql-codegen/cli'),
    // Read anew each time: it looks at the subgraphs that there are when it is loaded.
    import(`../../codegen.ts?${Date.now()}`) as Promise<typeof import('../../codegen.ts')>,
  ]);
  const outputs = Object.entries(config.generates ?? {});
  const results = await Promise.allSettled(
    outputs.map(([file, output]) =>
      generate({ generates: { [file]: output }, silent: true, cwd: root }, true),
    ),
  );
  const failures = results.flatMap((result, index) =>
    result.status === 'rejected' ? [`${outputs[index]?.[0]}: ${explain(result.reason)}`] : [],
  );
  if (failures.length > 0) throw new Error(`GraphQL types could not be generated.\n${failures.join('\n')}`);
}

function explain(error: unknown): string {
  const errors =
    typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors)
      ? error.errors
      : [error];
  const texts = errors.map((each) => describe(each).trim().replace(/\s+/g, ' '));
  return texts
    .map((text) => text.split(/ (?:AggregateError:|GraphQL Code Generator supports:|at \S+ \()/)[0])
    .join(' ');
}
