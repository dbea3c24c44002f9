import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Below the range from which Linux takes outgoing ports, so that no connection of ours can be sitting on one. */
const firstPort = 20_000;
const lastPort = 32_767;
const attempts = 50;
const releaseMs = 5_000;
const lookAgainMs = 100;

/** Whether loopback's port can be bound now. */
export function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port below 32768 that nobody listens on at this moment. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = randomInt(firstPort, lastPort + 1);
    if (await canBind(port)) return port;
  }
  throw new Error(`No free port between ${firstPort} and ${lastPort} after ${attempts} attempts.`);
}

/**
 * Fails in one line that says what to do when the port stays taken. What held it may be ending just now, as after a
 * restart, so it is looked at for 5 s.
 */
export async function requireFreePort(port: number, use: string, setting: string): Promise<void> {
  const deadline = Date.now() + releaseMs;
  while (!(await canBind(port))) {
    if (Date.now() > deadline) {
      throw new Error(
        `Port ${port} for ${use} is in use: stop the program that holds it, or set ${setting}.`,
      );
    }
    await delay(lookAgainMs);
  }
}
