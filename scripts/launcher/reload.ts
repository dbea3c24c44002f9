import { availableParallelism } from 'node:os';
import { eachInTurn } from './in-turn.ts';
import { planReload, type ReloadPlan } from './reload-plan.ts';
import type { SchemaTools } from './schema-tools.ts';
import type { Supervisor } from './supervisor.ts';
import { watchTree } from './watch-tree.ts';
import { describe, root } from './workspace.ts';

const watched = ['schema', 'subgraphs', 'gateway/src', 'packages', 'prisma'];
const settleMs = 80;

export interface ReloadOptions {
  readonly supervisor: Supervisor;
  readonly schemaTools: SchemaTools;
  /** The processes there are. */
  readonly names: readonly string[];
  readonly migrate: () => Promise<void>;
}

/** Types, which only editors read, are made while processes start; a database client comes before them. */
async function reload(plan: ReloadPlan, { schemaTools, ...options }: ReloadOptions): Promise<void> {
  if (plan.composes) await compose(schemaTools);
  const generated = plan.generates ? schemaTools.generate() : Promise.resolve();
  if (!plan.composes) await generated;
  generated.catch(() => undefined);
  if (plan.migrates) await options.migrate();
  const chosen = options.names.filter((name) => plan.restarts === 'all' || plan.restarts.has(name));
  const startedAt = performance.now();
  await eachInTurn(chosen, plan.restarts === 'all' ? availableParallelism() : 1, options.supervisor.restart);
  if (chosen.length > 0)
    console.log(`✔ ${chosen.join(', ')} run the new code (started in ${secondsSince(startedAt)} s)`);
  await generated;
}

async function compose(schemaTools: SchemaTools): Promise<void> {
  const startedAt = performance.now();
  try {
    await schemaTools.compose();
    console.log(`✔ Composed in ${secondsSince(startedAt)} s; the gateway takes it over`);
  } catch (error) {
    throw new Error(
      `${describe(error)}\n✖ The subgraphs do not fit together; the last good supergraph keeps serving.`,
    );
  }
}

const secondsSince = (startedAt: number) => ((performance.now() - startedAt) / 1000).toFixed(1);

/** Watches the sources and carries out what each edit asks for, one after another. Answers how to stop. */
export function reloadOnEdits(options: ReloadOptions): () => void {
  const edited = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let queue = Promise.resolve();
  const act = () => {
    const plan = planReload(edited);
    const first = [...edited].find((path) => planReload([path]));
    edited.clear();
    if (!plan) return;
    const startedAt = performance.now();
    queue = queue
      .then(() => reload(plan, options))
      .catch((error: unknown) => console.error(describe(error)))
      .then(() => console.log(`  ${first}: ${secondsSince(startedAt)} s`));
  };
  const unwatch = watchTree(root, watched, (path) => {
    edited.add(path);
    clearTimeout(timer);
    timer = setTimeout(act, settleMs);
  });
  return () => {
    clearTimeout(timer);
    unwatch();
  };
}
