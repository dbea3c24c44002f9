import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { eachInTurn } from './in-turn.ts';
import { planReload, type ReloadPlan } from './reload-plan.ts';
import type { Supervisor } from './supervisor.ts';
import { watchTree } from './watch-tree.ts';
import { describe, root } from './workspace.ts';

const watched = ['schema', 'subgraphs', 'gateway/src', 'packages', 'prisma'];
const settleMs = 80;

export interface ReloadOptions {
  readonly supervisor: Supervisor;
  /** The processes there are. */
  readonly names: readonly string[];
  readonly migrate: () => Promise<void>;
}

/** What a tool said of its failure, without the stack that Node prints for an error nobody caught. */
function plainWords(said: string): string {
  const lines = said.trim().split('\n');
  const thrown = lines.findIndex((line) => /^\w*Error\b.*: /.test(line));
  if (thrown < 0) return said.trim();
  const rest = lines.slice(thrown);
  const stack = rest.findIndex((line) => /^\s+at /.test(line));
  return `✗ ${rest
    .slice(0, stack < 0 ? undefined : stack)
    .join('\n')
    .trim()}`;
}

/** Runs one of our scripts; rejects with what it said. */
function runTool(parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, parameters, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(plainWords(said)))));
  });
}

/** Servers come before workers, and types, which only editors read, last: what people look at is new soonest. */
async function reload(plan: ReloadPlan, options: ReloadOptions): Promise<void> {
  if (plan.composes) await compose();
  if (plan.generates && !plan.composes) await runTool(['scripts/generate.ts']);
  if (plan.migrates) await options.migrate();
  const chosen = options.names.filter((name) => plan.restarts === 'all' || plan.restarts.has(name));
  const startedAt = performance.now();
  await eachInTurn(chosen, plan.restarts === 'all' ? availableParallelism() : 1, options.supervisor.restart);
  if (chosen.length > 0)
    console.log(`✔ ${chosen.join(', ')} run the new code (started in ${secondsSince(startedAt)} s)`);
  if (plan.generates && plan.composes) await runTool(['scripts/generate.ts']);
}

async function compose(): Promise<void> {
  const startedAt = performance.now();
  try {
    await runTool(['scripts/compose.ts', '--allow-breaking']);
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
