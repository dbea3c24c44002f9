import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const subgraphs = [{ name: 'a', sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } }];
const world = await startWorld({
  subgraphs,
  config: { connectionsPerAddress: 5 },
  environment: { TRUSTED_PROXIES: '127.0.0.9' },
});
const port = Number(new URL(world.url).port);
const open: Socket[] = [];
afterEach(async () => {
  const closed = open.splice(0).map(async (socket) => {
    if (!socket.closed) await once(socket.destroy(), 'close');
  });
  await Promise.all(closed);
});

/** A connection that never finishes its request, and whether it is let in. */
function openSlowly(localAddress: string): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  open.push(socket);
  socket.on('error', () => undefined);
  socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\nGET /health HTTP/1.1\r\n');
  return new Promise((resolve) => {
    socket.once('data', () => resolve(true));
    socket.once('close', () => resolve(false));
  });
}

const openMany = async (count: number, from: string): Promise<number> => {
  const answered = await Promise.all(Array.from({ length: count }, () => openSlowly(from)));
  return answered.filter(Boolean).length;
};

async function countRefused(): Promise<number> {
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  return Number(/^gateway_connections_refused_total (\d+)$/m.exec(metrics)?.[1]);
}

it('an address has no more connections at once than it may, and others are not affected', async () => {
  const before = await countRefused();
  expect(await openMany(12, '127.0.0.2')).toBe(5);
  expect(await openMany(3, '127.0.0.3')).toBe(3);
  expect((await countRefused()) - before).toBe(7);
});

it('a connection that ends makes room for another', async () => {
  expect(await openMany(6, '127.0.0.4')).toBe(5);
  for (const socket of open) socket.destroy();
  const isOpenAgain = async () => {
    for (let tries = 0; tries < 100; tries++) {
      if (await openSlowly('127.0.0.4')) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  };
  expect(await isOpenAgain()).toBe(true);
});

it('a trusted proxy brings as many as it has', async () => {
  expect(await openMany(12, '127.0.0.9')).toBe(12);
});
