import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { canConnect, canPing, readHealth } from './health.ts';

/** A server that takes connections and says `answer` to whatever it hears; null: nothing. */
async function someServer(answer: string | null) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => answer !== null && socket.write(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, close: () => server.close() };
}

describe('health', () => {
  it('tells what answers, what does not, and does not wait for what hangs', async () => {
    const startedAt = performance.now();
    const health = await readHealth({
      database: async () => true,
      cache: async () => {
        throw new Error('away');
      },
      provider: () => new Promise(() => undefined),
    });
    expect(health).toEqual({
      status: 'degraded',
      checks: { database: 'up', cache: 'down', provider: 'down' },
    });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await readHealth({ database: async () => true })).toMatchObject({ status: 'ok' });
  });

  it('takes a Redis that accepts and says nothing for down', async () => {
    const [redis, hung] = [await someServer('+PONG\r\n'), await someServer(null)];
    expect(await canPing(`redis://127.0.0.1:${redis.port}`)).toBe(true);
    expect(await canPing(`redis://127.0.0.1:${hung.port}`)).toBe(false);
    expect(await canConnect(`https://127.0.0.1:${hung.port}/v1`)).toBe(true);
    redis.close();
    hung.close();
    expect(await canConnect(`http://127.0.0.1:${hung.port}`)).toBe(false);
  });
});
