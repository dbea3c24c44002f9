/** The gateway and the subgraphs named on the command line in one process, over loopback HTTP as when they are apart. */
import { join } from 'node:path';
import { createLogger, stopOnSignals } from '@studymate/runtime';
import { root } from './workspace.ts';

interface ServerModule {
  start(environment?: NodeJS.ProcessEnv): Promise<{ readonly url: string; stop(): Promise<void> }>;
}

const logger = createLogger('house');
const startFrom = async (folder: string) => {
  const module = (await import(join(root, folder, 'src/index.ts'))) as ServerModule;
  return module.start();
};

const subgraphs = await Promise.all(process.argv.slice(2).map((name) => startFrom(`subgraphs/${name}`)));
const gateway = await startFrom('gateway');
stopOnSignals(async () => {
  await gateway.stop();
  await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
}, logger);
process.send?.('ready');
