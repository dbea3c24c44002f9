/**
 * Keeps the composer and the generators loaded, so that an edit of a schema costs their work and not their start.
 * Asked over IPC by {@link ./schema-tools.ts}; ends with its parent.
 */
import { composeSchemas, writeSchemas } from '../compose-schemas.ts';
import { generateCode } from './generate-code.ts';
import type { SchemaToolsAnswer, SchemaToolsQuestion } from './schema-tools.ts';
import { describe } from './workspace.ts';

async function work(task: SchemaToolsQuestion['task']): Promise<void> {
  if (task === 'compose') writeSchemas(composeSchemas());
  else await generateCode({ names: [], force: false });
}

process.on('disconnect', () => process.exit());
process.on('message', ({ id, task }: SchemaToolsQuestion) => {
  const answer = (problem: string | null) => process.send?.({ id, problem } satisfies SchemaToolsAnswer);
  work(task).then(
    () => answer(null),
    (error: unknown) => answer(describe(error)),
  );
});

// The first run of each tool takes several times as long as the next.
try {
  composeSchemas();
  await import('@graphql-codegen/cli');
} catch {
  // What does not compose is told when it is asked for.
}
