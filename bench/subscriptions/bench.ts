import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort, startRedis } from '@studymate/embedded';
import { countSockets, residentMemory, startProgram, untilAnswers } from './processes.ts';
import { type Subscriber, startIssuer, subscribe } from './subscribers.ts';

/**
 * How much idle subscribers cost: real graphql-ws clients, each a viewer of its own, at the gateway as it is deployed.
 * Usage: npm run bench:subscriptions -- [subscribers]
 */
const total = Number(process.argv[2] ?? 5_000);
const atOnce = 50;
const settleMs = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const cache = join(import.meta.dirname, '../../run/toolchain/redis');
const redis = await startRedis({ directory: folder, port: await findFreePort(), cache, ephemeral: true });
const issuer = await startIssuer(await findFreePort());
const environment = {
  REDIS_URL: redis.url,
  JWKS_URL: issuer.url,
  SUBGRAPH_SECRET: 'a secret of this measurement, of some length',
  NOTIFICATION_PORT: String(await findFreePort()),
  GATEWAY_PORT: String(await findFreePort()),
};

async function connectAll(url: string): Promise<Subscriber[]> {
  const subscribers: Subscriber[] = [];
  while (subscribers.length < total) {
    const names = Array.from(
      { length: Math.min(atOnce, total - subscribers.length) },
      (_, index) => `us_${subscribers.length + index}`,
    );
    const some = names.map(async (name) => subscribe(url, name, await issuer.tokenFor(name)));
    subscribers.push(...(await Promise.all(some)));
  }
  return subscribers;
}

/** One event for every subscriber; answers the ms until the last had it. */
async function tellAll(subgraph: { send(message: string[]): unknown }, subscribers: readonly Subscriber[]) {
  const before = subscribers.map(({ received }) => received);
  const startedAt = performance.now();
  subgraph.send(subscribers.map(({ viewerId }) => viewerId));
  while (subscribers.some(({ received }, index) => received === before[index])) await delay(20);
  return Math.round(performance.now() - startedAt);
}

const subgraph = startProgram('bench/subscriptions/subgraph.ts', environment);
await new Promise((resolve) => subgraph.once('message', resolve));
const gateway = startProgram('gateway/src/main.ts', environment);
await untilAnswers(`http://127.0.0.1:${environment.GATEWAY_PORT}/ready/`);

const processes = { gateway: gateway.pid, subgraph: subgraph.pid };
const measure = () =>
  Object.entries(processes).map(([name, pid]) => ({
    process: name,
    'RSS MiB': residentMemory(pid),
    sockets: countSockets(pid),
  }));

const url = `ws://127.0.0.1:${environment.GATEWAY_PORT}/graphql`;
const token = await issuer.tokenFor('us_first');
const first = await subscribe(url, 'us_first', token);
await delay(settleMs);
const before = measure();
const startedAt = performance.now();
const subscribers = await connectAll(url);
const connectedMs = Math.round(performance.now() - startedAt);
await delay(settleMs);
const after = measure();
const table = after.map((row, index) => ({
  ...row,
  'RSS MiB before': before[index]?.['RSS MiB'],
  'KiB per subscriber':
    Math.round((((row['RSS MiB'] - (before[index]?.['RSS MiB'] ?? 0)) * 1024) / total) * 10) / 10,
}));
console.log(`${total} idle subscribers, connected in ${connectedMs} ms`);
console.table(table);
for (let round = 1; round <= 3; round++)
  console.log(`one event to each, until the last has it: ${await tellAll(subgraph, subscribers)} ms`);
console.table(measure());

await Promise.all([first, ...subscribers].map(({ client }) => client.dispose()));
const ended = [gateway, subgraph].map((program) => once(program, 'exit'));
for (const program of [gateway, subgraph]) program.kill();
await Promise.all(ended);
issuer.stop();
await redis.stop();
rmSync(folder, { recursive: true });
process.exit();
