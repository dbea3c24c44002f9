import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DashboardDocument, type DashboardQuery } from '@studymate/client';
import { parse } from 'graphql';
import { root } from '../tests/end-to-end/house.ts';
import { clientOf, signInAs } from '../tests/end-to-end/people.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';
import { percentile } from './wire.ts';

const house = await startRecordedHouse('partial', {
  parameters: ['--separate'],
  environment: { GATEWAYS: '2' },
  waitsAsInProduction: true,
});
const token = await signInAs(house, 'LEARNER');

/** What a client waits at most, whatever happens behind the gateway. */
const patienceMs = 2_500;
const healMs = 35_000;

type Dashboard = Answer<DashboardQuery>;
interface Answer<Data> {
  readonly data: Data | null;
  readonly errors: readonly { readonly path?: readonly unknown[]; readonly extensions?: object }[];
}

async function timed<T>(act: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = performance.now();
  const result = await act();
  return { result, ms: performance.now() - startedAt };
}

const gateways = [house.places.gateway, `${house.urls.gateway2}/graphql`];
/** Answers can be compared when all are asked at the same instant. */
const now = new Date();
const clients = gateways.map((url) => clientOf(url, token, now));
const askDashboard = async (replica = 0): Promise<Dashboard> => {
  const client = clients[replica];
  if (!client) throw new Error(`There is no gateway ${replica}.`);
  return client.ask(DashboardDocument, {});
};

/** The fields of the dashboard that each subgraph answers, as paths; `*` stands for every item of a list. */
const ownFields = {
  auth: ['viewer'],
  study: ['viewer.streak', 'viewer.activeStudySession', 'viewer.studyStats', 'viewer.subjects'],
  quiz: ['viewer.attempts'],
  subscription: ['viewer.subscription', 'viewer.credits'],
  notification: ['viewer.unreadNotificationCount'],
  ai: ['viewer.generations'],
  personalization: ['viewer.recommendations', 'viewer.subjects.edges.*.node.mastery'],
} as const;
type Name = keyof typeof ownFields;
const names = Object.keys(ownFields) as Name[];

/** A copy with null where the paths lead. */
function without(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some(({ length }) => length === 0)) return null;
  if (Array.isArray(value)) {
    const rest = paths.filter(([head]) => head === '*').map((path) => path.slice(1));
    return value.map((item) => without(item, rest));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      without(
        inner,
        paths.filter(([head]) => head === key).map((path) => path.slice(1)),
      ),
    ]),
  );
}

const lose = (whole: unknown, name: Name) =>
  without(
    whole,
    ownFields[name].map((path) => path.split('.')),
  );

/** What the dashboard loses without that subgraph: exactly its own fields, each with a typed error. */
function expectLossOf(name: Name, answer: Dashboard): void {
  expect(answer.data).toEqual(lose(whole.data, name));
  const places = answer.errors.map(({ path }) =>
    (path ?? []).map((key) => (typeof key === 'number' ? '*' : key)).join('.'),
  );
  expect(new Set(places)).toEqual(new Set(ownFields[name]));
  for (const { extensions } of answer.errors) {
    expect(extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', service: name });
  }
}

async function healed(replica = 0): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await askDashboard(replica);
    const seconds = (performance.now() - startedAt) / 1000;
    if (answer.errors.length === 0) {
      expect(answer.data).toEqual(whole.data);
      return seconds;
    }
    if (seconds * 1000 > healMs)
      throw new Error(`Not healed after ${seconds} s: ${JSON.stringify(answer.errors)}`);
    await delay(250);
  }
}

const connections = 64;

/** Established connections to the port of a subgraph, from anywhere on this machine (proc(5), state 01). */
function countConnections(name: Name): number {
  const port = Number(house.site.ports.environment[`${name.toUpperCase()}_PORT`]);
  const to = `:${port.toString(16).toUpperCase().padStart(4, '0')} 01 `;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .filter((line) => line.includes(to)).length;
}

async function measure(act: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < 20; turn++) times.push((await timed(act)).ms);
  return times;
}

async function whileStopped<T>(name: Name, act: () => Promise<T>): Promise<T> {
  const pid = house.pidOf(name);
  process.kill(pid, 'SIGSTOP');
  try {
    return await act();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

let whole: Dashboard;

beforeAll(async () => {
  await askDashboard(1);
  whole = await askDashboard();
  expect(whole.errors).toEqual([]);
});

describe('a dashboard over seven subgraphs', () => {
  it('is whole, and shows something of every subgraph, on both gateways', async () => {
    expect(whole.data?.viewer?.subjects?.edges.length).toBeGreaterThan(0);
    for (const name of names) expect(lose(whole.data, name)).not.toEqual(whole.data);
    expect(await askDashboard(1)).toEqual(whole);
  });

  it.each(names)(
    'loses no more than its own fields while %s hangs, and heals',
    async (name) => {
      const { result, ms } = await whileStopped(name, () => timed(askDashboard));
      expect(ms).toBeLessThan(patienceMs);
      expectLossOf(name, result);
      await healed();
    },
    60_000,
  );

  it('answers other root fields while auth hangs', async () => {
    const query =
      '{ viewer { id displayName } subjects(first: 5) { edges { node { title } } } plans { code } }';
    const document = parse(query);
    const [client] = clients;
    const whole = await client?.ask<object, object>(document, {});
    const { result, ms } = await whileStopped('auth', () =>
      timed(async () => client?.ask<object, object>(document, {})),
    );
    expect(ms).toBeLessThan(patienceMs);
    expect(whole?.errors).toEqual([]);
    expect(result?.data).toEqual({ ...whole?.data, viewer: null });
    expect(result?.errors).toEqual([
      expect.objectContaining({
        path: ['viewer'],
        extensions: expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE', service: 'auth' }),
      }),
    ]);
  }, 60_000);

  it.each(isFull ? names : (['quiz'] as const))(
    'stops asking %s when it keeps failing, and asks again within 35 s',
    async (name) => {
      const others = await measure(() => askDashboard(1));
      await whileStopped(name, async () => {
        // One after the other: equal reads at the same time are sent, and fail, once.
        for (let times = 0; times < 5; times++) await askDashboard(1);
        const { result } = await timed(() => askDashboard(1));
        expectLossOf(name, result);
        // As fast as the whole dashboard, or what a busy machine adds: nobody waits for the one that hangs.
        expect(percentile(await measure(() => askDashboard(1)), 0.5)).toBeLessThan(
          percentile(others, 0.95) * 1.5 + 50,
        );
      });
      expect(await healed(1)).toBeLessThan(35);
    },
    120_000,
  );

  (isFull ? it : it.skip)(
    'holds no more connections to one that hangs than its configuration says',
    async () => {
      // No two alike: what is asked for twice at once is fetched once.
      const questions = Array.from({ length: 3 * connections }, (_, index) =>
        parse(`{ q${index}: quizzes(first: 1) { edges { node { id } } } }`),
      );
      const most = await whileStopped('quiz', async () => {
        const asked = questions.map((question) => clients[1]?.ask<object, object>(question, {}));
        let seen = 0;
        for (let look = 0; look < 15; look++) {
          seen = Math.max(seen, countConnections('quiz'));
          await delay(100);
        }
        const answers = await Promise.all(asked);
        expect(answers.filter((answer) => answer?.errors.length !== 1)).toEqual([]);
        return seen;
      });
      expect(most).toBeGreaterThan(connections / 4);
      // Each of the two gateways has its own.
      expect(most).toBeLessThanOrEqual(2 * connections);
      await healed(1);
    },
    90_000,
  );

  it('goes on when one is killed, and heals when that one is started again', async () => {
    process.kill(house.pidOf('study'), 'SIGKILL');
    const { result, ms } = await timed(askDashboard);
    expect(ms).toBeLessThan(patienceMs);
    expectLossOf('study', result);

    const only = spawn(process.execPath, ['scripts/start.ts', '--separate', '--only', 'study'], {
      cwd: root,
      env: house.site.environment,
    });
    expect(await new Promise((done) => only.once('exit', done))).toBe(0);
    await healed();
  }, 90_000);
});

describeSilence(house);
