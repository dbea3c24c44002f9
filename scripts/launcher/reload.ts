import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { planReload, type ReloadPlan } from './reload-plan.ts';
import type { Supervisor } from './supervisor.ts';
import { describe, root } from './workspace.ts';

const watched = ['schema', 'subgraphs', 'gateway/src', 'packages', 'prisma'];
const settleMs = 80;

export interface ReloadOptions {
  readonly supervisor: Supervisor;
  /** The processes there are. */
  readonly names: readonly string[];
  readonly migrate: () => Promise<void>;
}

/** Runs one of our scripts; rejects with what it said. */
function runTool(parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, parameters, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(said.trim()))));
  });
}

async function reload(plan: ReloadPlan, options: ReloadOptions): Promise<void> {
  const generated = plan.generates
    ? runTool(['scripts/generate.ts']).catch((error: Error) => console.error(error.message))
    : Promise.resolve();
  if (plan.composes) {
    try {
      await runTool(['scripts/compose.ts', '--allow-breaking']);
    } catch (error) {
      console.error(
        `${describe(error)}\n✖ The subgraphs do not fit together; the last good supergraph keeps serving.`,
      );
      await generated;
      return;
    }
  }
  if (plan.migrates) await options.migrate();
  if (!plan.composes) await generated;
  const chosen = options.names.filter((name) => plan.restarts === 'all' || plan.restarts.has(name));
  await Promise.all([generated, ...chosen.map((name) => options.supervisor.restart(name))]);
  console.log(chosen.length > 0 ? `✔ ${chosen.join(', ')} run the new code` : '✔ Generated');
}

/** Watches the sources and carries out what each edit asks for, one after another. Answers how to stop. */
export function reloadOnEdits(options: ReloadOptions): () => void {
  const edited = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let queue = Promise.resolve();
  const act = () => {
    const plan = planReload(edited);
    const first = [...edited][0];
    edited.clear();
    if (!plan) return;
    const startedAt = performance.now();
    queue = queue
      .then(() => reload(plan, options))
      .catch((error: unknown) => console.error(`✖ ${describe(error)}`))
      .then(() => console.log(`  ${first}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`));
  };
  const watchers = watched.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (name === null) return;
      edited.add(`${folder}/${name.replaceAll('\\', '/')}`);
      clearTimeout(timer);
      timer = setTimeout(act, settleMs);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
