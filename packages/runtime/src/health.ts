import { connect, isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';

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

const isSecure = (protocol: string): boolean => ['https:', 'rediss:', 'smtps:'].includes(protocol);

/** Says something to the server of a URL, nothing where it speaks first, and waits for whatever it answers. */
function hear(url: string, greeting: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const to = { host, port: Number(port) || (defaultPorts[protocol] ?? 443) };
  return new Promise((resolve) => {
    const socket = isSecure(protocol)
      ? connectSecurely({ ...to, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connect(to);
    const finish = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.setTimeout(patienceMs, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('data', () => finish(true));
    if (greeting !== '') socket.write(greeting);
  });
}

/** Whether the server of an HTTP or SMTP URL answers, whatever it says. Costs us no key. */
export function canConnect(url: string): Promise<boolean> {
  const { protocol, host } = new URL(url);
  const speaksFirst = protocol.startsWith('smtp');
  return hear(url, speaksFirst ? '' : `HEAD / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
}

/** Whether a Redis answers, be it that we have to authenticate first. */
export const canPing = (url: string): Promise<boolean> => hear(url, 'PING\r\n');

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
