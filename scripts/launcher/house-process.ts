/**
 * The gateway, the subgraphs (`--server <name>`, repeated) and the workers (`--worker <name>`) in one process, over
 * loopback HTTP and queues as when they are apart.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger, stopOnSignals } from '@studymate/runtime';
import { endWhenOrphaned } from './orphan.ts';
import { root } from './workspace.ts';

interface Running {
  stop(): Promise<void>;
}
interface ServerModule {
  start(): Promise<Running>;
}
interface WorkerModule {
  startWorker(): Promise<Running>;
}

endWhenOrphaned();
const names = { type: 'string', multiple: true, default: [] as string[] } as const;
const { values } = parseArgs({ options: { server: names, worker: names } });
const load = (folder: string, file: string) => import(join(root, folder, 'src', file));

const background = await Promise.all([
  ...values.server.map(async (name) =>
    ((await load(`subgraphs/${name}`, 'index.ts')) as ServerModule).start(),
  ),
  ...values.worker.map(async (name) =>
    ((await load(`subgraphs/${name}`, 'worker.ts')) as WorkerModule).startWorker(),
  ),
]);
const gateway = await ((await load('gateway', 'index.ts')) as ServerModule).start();
stopOnSignals(async () => {
  await gateway.stop();
  await Promise.all(background.map((part) => part.stop()));
}, createLogger('house'));
