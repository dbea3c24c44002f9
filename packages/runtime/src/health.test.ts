import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { canConnect, canPing, readHealth } from './health.ts';

/** A server that takes connections and says `answer` to whatever it hears, a greeting at once; null: nothing. */
async function someServer(answer: string | null) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (answer?.startsWith('220')) socket.write(answer);
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
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(await readHealth({ database: async () => true })).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['http', 'HTTP/1.1 404 Not Found\r\n\r\n'],
    ['redis', '+PONG\r\n'],
    ['smtp', '220 mail.example ESMTP\r\n'],
  ])('takes one that accepts %s and says nothing for down', async (protocol, answer) => {
    const [well, hung] = [await someServer(answer), await someServer(null)];
    const look = protocol === 'redis' ? canPing : canConnect;
    expect(await look(`${protocol}://127.0.0.1:${well.port}/v1`)).toBe(true);
    expect(await look(`${protocol}://127.0.0.1:${hung.port}/v1`)).toBe(false);
    expect(await look(`${protocol}s://127.0.0.1:${hung.port}/v1`)).toBe(false);
    well.close();
    hung.close();
    expect(await look(`${protocol}://127.0.0.1:${well.port}/v1`)).toBe(false);
  });
});
