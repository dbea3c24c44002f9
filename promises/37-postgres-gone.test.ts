import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFreePort, type RunningPostgres, startPostgres } from '@studymate/embedded';
import { withClient } from '@studymate/schema-engine/connection';
import { startFaultProxy } from '@studymate/testkit';
import { eventually } from '../scripts/story/narrator.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';

import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';
import { someDirectory } from './some-directory.ts';

const goneMs = isFull ? 30_000 : 5_000;
/** What is promised, 3 s and 10 s, on a machine that may be doing ten other things. */
const [longestMs, backMs] = [6_000, 20_000];
const pauseMs = 100;

const directory = join(someDirectory('postgres-gone'), 'postgres');
const port = await findFreePort();
let postgres: RunningPostgres = await startPostgres({ directory, port });
const proxy = await startFaultProxy(port);
afterAll(async () => {
  proxy.stop();
  await postgres.stop();
});

const house = await startRecordedHouse('postgres', {
  environment: { DATABASE_URL: `postgresql://postgres@127.0.0.1:${proxy.port}/postgres` },
});
const learner = await someLearner(house);

async function createSubject() {
  const startedAt = performance.now();
  const answer = await postGraphql(house.places.gateway, {
    token: learner.accessToken,
    query: `mutation { createSubject(title: "Leaves", idempotencyKey: "${randomUUID()}") {
      ... on Subject { id } ... on UserError { code } } }`,
  });
  return { ...answer, ms: performance.now() - startedAt };
}

/** As the operator of the server, past the proxy. */
const operate = (query: string) => withClient(postgres.url, (client) => client.query(query));

const countConnections = async (): Promise<number> => {
  const { rows } = await operate("select count(*) from pg_stat_activity where datname like 'studymate%'");
  return Number(rows[0].count);
};

async function limitConnections(limit: number): Promise<void> {
  const { rows } = await operate("select datname as name from pg_database where datname like 'studymate%'");
  for (const { name } of rows) await operate(`alter database "${name}" connection limit ${limit}`);
}

const endConnections = () =>
  operate("select pg_terminate_backend(pid) from pg_stat_activity where datname like 'studymate%'");

async function refuseWrites(refuses: boolean): Promise<void> {
  await operate(`alter system set default_transaction_read_only = ${refuses ? 'on' : 'off'}`);
  await operate('select pg_reload_conf()');
}

/** What happens to PostgreSQL, and how it ends. */
const troubles = {
  'is killed': {
    begin: async () => {
      process.kill(postgres.pid, 'SIGKILL');
      await postgres.exited;
    },
    end: async () => {
      postgres = await startPostgres({ directory, port });
    },
  },
  'is in a network that has gone': {
    begin: async () => proxy.swallow(),
    end: async () => proxy.pass(),
  },
  'takes no more connections': {
    begin: async () => {
      await limitConnections(0);
      await endConnections();
    },
    end: () => limitConnections(-1),
  },
  'takes no writes': { begin: () => refuseWrites(true), end: () => refuseWrites(false) },
} as const;

describe('without PostgreSQL', () => {
  let usual: number;

  beforeAll(async () => {
    await Promise.all(Array.from({ length: 20 }, createSubject));
    usual = await countConnections();
  });

  it.each(Object.entries(troubles))(
    'that %s, every answer is a clean error within seconds, and the same process goes on afterwards',
    async (_what, { begin, end }) => {
      await eventually('a good write', async () => (await createSubject()).text.includes('"sub_'), 30_000);
      const pid = house.pidOf('house');

      await begin();
      const answers: Awaited<ReturnType<typeof createSubject>>[] = [];
      for (const deadline = Date.now() + goneMs; Date.now() < deadline; await delay(pauseMs)) {
        answers.push(await createSubject());
      }
      await end();
      const endedAt = performance.now();
      await eventually('a good write', async () => (await createSubject()).text.includes('"sub_'), 60_000);
      const back = performance.now() - endedAt;

      expect(answers.map(({ errors }) => errors.map(({ extensions }) => extensions?.code))).toEqual(
        answers.map(() => ['UPSTREAM_UNAVAILABLE']),
      );
      expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(longestMs);
      expect(back).toBeLessThan(backMs);
      expect(house.pidOf('house')).toBe(pid);
      await eventually(
        'as many connections as before',
        async () => (await countConnections()) <= usual + 2,
        60_000,
      );
    },
    goneMs + 240_000,
  );
});

describeSilence(house);
