import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether something that a process depends on answers now. */
export type HealthCheck = () => Promise<boolean>;

/** Health is told within a second, whatever hangs. */
const patienceMs = 800;

const defaultPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'redis:': 6379,
  'rediss:': 6379,
  'smtp:': 25,
  'smtps:': 465,
};

/** Connects to the host of a URL; says something and waits for an answer where `greeting` is given. */
function reach(url: string, greeting: string | null): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (defaultPorts[protocol] ?? 443) });
    const finish = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.setTimeout(patienceMs, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => (greeting === null ? finish(true) : socket.write(greeting)));
    socket.once('data', () => finish(true));
  });
}

/** Whether the server of a URL takes connections. Costs it no request, and us no key. */
export const canConnect = (url: string): Promise<boolean> => reach(url, null);

/** Whether a Redis answers, be it that we have to authenticate first. */
export const canPing = (url: string): Promise<boolean> =>
  reach(url, url.startsWith('rediss:') ? null : 'PING\r\n');

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly checks: Readonly<Record<string, 'up' | 'down'>>;
}

/** Looks at everything at once; what has not answered within 0.8 s is down. */
export async function readHealth(checks: Readonly<Record<string, HealthCheck>>): Promise<Health> {
  const states = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const isUp = await Promise.race([check().catch(() => false), delay(patienceMs, false, { ref: false })]);
      return [name, isUp ? 'up' : 'down'] as const;
    }),
  );
  const status = states.every(([, state]) => state === 'up') ? 'ok' : 'degraded';
  return { status, checks: Object.fromEntries(states) };
}
