import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
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

/** What every process says of its life and its readiness. */
const look = async () => ({
  live: await statuses(everyone, '/live/'),
  ready: await statuses(everyone, '/ready/'),
});
const told = ['gateway', 'study', 'subscription', 'ai'];

describe('with Stripe, object storage, a model vendor and Redis down, and later the database', () => {
  let withoutProviders: Awaited<ReturnType<typeof look>>;
  let healths: Awaited<ReturnType<typeof healthOf>>[];
  let withoutDatabase: Awaited<ReturnType<typeof look>>;

  beforeAll(async () => {
    killServer('redis');
    await eventually('the end of Redis', async () =>
      JSON.stringify((await healthOf('study')).health).includes('"cache":"down"'),
    );
    withoutProviders = await look();
    healths = await Promise.all(told.map(healthOf));
    killServer('postgres');
    await eventually('the end of readiness', async () =>
      (await statuses(withDatabase, '/ready/')).every((status) => status === 503),
    );
    withoutDatabase = await look();
  }, 120_000);

  it('every process lives and is ready without what is outside', () => {
    expect(withoutProviders).toEqual({ live: all(200, everyone), ready: all(200, everyone) });
  });

  it('health names each of them within a second, and nothing else', () => {
    const [gateway, study, subscription, ai] = healths;
    const down = { status: 'degraded' };
    const checks = { database: 'up', cache: 'down' };
    expect(gateway?.health).toEqual({ ...down, checks: { ...subgraphs, cache: 'down', keys: 'up' } });
    expect(study?.health).toEqual({ ...down, checks: { ...checks, objects: 'down' } });
    expect(subscription?.health).toEqual({ ...down, checks: { ...checks, payments: 'down' } });
    expect(ai?.health).toEqual({ ...down, checks: { ...checks, objects: 'down', openai: 'down' } });
    // A second is promised; the rest is for a machine that does other things too.
    for (const { ms } of healths) expect(ms).toBeLessThan(3_000);
  });

  it('those who need the database are not ready without it, and live', async () => {
    expect(withoutDatabase.live).toEqual(all(200, everyone));
    expect(withoutDatabase.ready).toEqual(everyone.map((name) => (withDatabase.includes(name) ? 503 : 200)));
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
