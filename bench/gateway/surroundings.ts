import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startRedis } from '@studymate/embedded';
import { type Issuer, startIssuer } from './issuer.ts';
import { benchDirectory, ports, root } from './places.ts';
import type { Command, RecordedFetch } from './shop/main.ts';

/** What gateways need around them, all on the second processor. */
export interface Surroundings {
  readonly issuer: Issuer;
  /** The fetches that `work` causes at the subgraphs, by the step that each belongs to. */
  record(work: () => Promise<void>): Promise<RecordedFetch[]>;
  stop(): Promise<void>;
}

const isRecorded = (message: unknown): message is RecordedFetch[] => Array.isArray(message);

/** Keeps this process, and with it all that it starts, away from the gateways' processor. */
const leaveFirstProcessor = () =>
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '1', `${process.pid}`], { stdio: 'ignore' });

async function startShop(): Promise<ChildProcess> {
  const shop = fork(join(import.meta.dirname, 'shop/main.ts'), [`${ports.subgraphs}`]);
  await Promise.race([
    once(shop, 'message'),
    once(shop, 'exit').then(() => {
      throw new Error('The subgraphs did not start.');
    }),
  ]);
  return shop;
}

export async function startSurroundings(): Promise<Surroundings> {
  leaveFirstProcessor();
  const shop = await startShop();
  const issuer = await startIssuer(ports.issuer);
  const redis = await startRedis({
    directory: join(benchDirectory, 'redis'),
    port: ports.redis,
    cache: join(root, 'run/toolchain/redis'),
    ephemeral: true,
  });
  const tell = (command: Command) => shop.send(command);
  return {
    issuer,
    record: async (work) => {
      tell('record');
      await work();
      const reported = once(shop, 'message');
      tell('report');
      const [fetches]: unknown[] = await reported;
      return isRecorded(fetches) ? fetches : [];
    },
    stop: async () => {
      shop.disconnect();
      issuer.server.close();
      issuer.server.closeAllConnections();
      await redis.stop();
    },
  };
}
