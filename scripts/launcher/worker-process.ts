/** Runs the workers of the domains named on the command line in this process; tells its parent when all are up. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, stopOnSignals } from '@studymate/runtime';
import { endWhenOrphaned } from './orphan.ts';
import { root } from './workspace.ts';

interface WorkerModule {
  startWorker(): Promise<{ stop(): Promise<void> }>;
}

endWhenOrphaned();
const logger = createLogger('workers');
const files = process.argv.slice(2).map((domain) => join(root, 'subgraphs', domain, 'src/worker.ts'));
const missing = files.find((file) => !existsSync(file));
if (missing) throw new Error(`${missing} does not exist.`);

const workers = await Promise.all(
  files.map(async (file) => {
    const module = (await import(file)) as WorkerModule;
    return module.startWorker();
  }),
);
stopOnSignals(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
}, logger);
