import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '../scripts/story/narrator.ts';
import { describeSilence, startRecordedHouse } from './recorded-house.ts';

/** Nothing listens there: the discard port of a machine that has no such service. */
const nowhere = 'http://127.0.0.1:9';
const house = await startRecordedHouse('health', {
  environment: {
    STRIPE_API_BASE: nowhere,
    OBJECTS_URL: nowhere,
    OPENAI_API_KEY: 'sk-canary-of-promise-42',
    OPENAI_BASE_URL: `${nowhere}/v1`,
  },
});
const urlOf = (name: string) =>
  `http://127.0.0.1:${house.site.ports.environment[`${name.toUpperCase()}_PORT`]}`;
const withDatabase = ['auth', 'study', 'quiz', 'subscription', 'notification', 'ai', 'personalization'];
const subgraphs = Object.fromEntries(['relay', ...withDatabase].map((name) => [name, 'up']));
const everyone = ['gateway', 'relay', ...withDatabase];

async function statusOf(name: string, path: string): Promise<number> {
  const response = await fetch(`${urlOf(name)}${path}`, { signal: AbortSignal.timeout(5_000) });
  await response.text();
  return response.status;
}

async function healthOf(name: string): Promise<{ health: unknown; ms: number }> {
  const startedAt = performance.now();
  const health = await (await fetch(`${urlOf(name)}/health/`)).json();
  return { health, ms: performance.now() - startedAt };
}

const statuses = (names: readonly string[], path: string) =>
  Promise.all(names.map((name) => statusOf(name, path)));
const all = (status: number, names: readonly string[]) => names.map(() => status);
const killServer = (name: 'redis' | 'postgres') =>
  process.kill(Number(readFileSync(join(house.site.directory, name, `${name}.pid`), 'utf8')), 'SIGKILL');

describe('with Stripe, object storage, a model vendor and Redis down', () => {
  it('every process lives and is ready', async () => {
    killServer('redis');
    expect(await statuses(everyone, '/live/')).toEqual(all(200, everyone));
    expect(await statuses(everyone, '/ready/')).toEqual(all(200, everyone));
  });

  it('health names each of them within a second, and nothing else', async () => {
    await eventually('the end of Redis', async () =>
      JSON.stringify((await healthOf('study')).health).includes('"cache":"down"'),
    );
    const down = { status: 'degraded' };
    const [study, subscription, ai] = await Promise.all(['study', 'subscription', 'ai'].map(healthOf));
    const checks = { database: 'up', cache: 'down' };
    expect(study?.health).toEqual({ ...down, checks: { ...checks, objects: 'down' } });
    expect(subscription?.health).toEqual({ ...down, checks: { ...checks, payments: 'down' } });
    const gateway = (await healthOf('gateway')).health;
    expect(gateway).toEqual({ ...down, checks: { ...subgraphs, cache: 'down', keys: 'up' } });
    expect(ai?.health).toEqual({ ...down, checks: { ...checks, objects: 'down', openai: 'down' } });
    // A second is promised; the rest is for a machine that does other things too.
    for (const { ms } of [study, subscription, ai].flatMap((each) => each ?? []))
      expect(ms).toBeLessThan(3_000);
  });
});

describe('with the database down too', () => {
  it('those who need it are not ready, and live', async () => {
    killServer('postgres');
    await eventually('the end of readiness', async () =>
      (await statuses(withDatabase, '/ready/')).every((status) => status === 503),
    );
    expect(await statuses(everyone, '/live/')).toEqual(all(200, everyone));
    expect((await healthOf('personalization')).health).toEqual({
      status: 'degraded',
      checks: { database: 'down', cache: 'down' },
    });
  });
});

describe('a process whose event loop stands', () => {
  it('does not live', async () => {
    const pid = house.pidOf('house');
    process.kill(pid, 'SIGSTOP');
    try {
      await expect(statusOf('gateway', '/live/')).rejects.toThrow();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually('it to go on', async () => (await statusOf('gateway', '/live/')) === 200);
  });
});

describeSilence(house);
