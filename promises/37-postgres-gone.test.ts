import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningPostgres, startPostgres } from '@studymate/embedded';
import { withClient } from '@studymate/schema-engine/connection';
import { eventually } from '../scripts/story/narrator.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const house = await startRecordedHouse('postgres');
const learner = await someLearner(house);
const directory = join(house.site.directory, 'postgres');
const port = Number(house.site.ports.environment.POSTGRES_PORT);
const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;

let postgres: RunningPostgres | undefined;
afterAll(() => postgres?.stop());

const goneMs = isFull ? 30_000 : 6_000;
/** What is promised, 3 s, on a machine that may be doing ten other things. */
const longestMs = 6_000;

async function createSubject() {
  const startedAt = performance.now();
  const answer = await postGraphql(house.places.gateway, {
    token: learner.accessToken,
    query: `mutation { createSubject(title: "Leaves", idempotencyKey: "${randomUUID()}") {
      ... on Subject { id } ... on UserError { code } } }`,
  });
  return { ...answer, ms: performance.now() - startedAt };
}

const countConnections = () =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      "select count(*) from pg_stat_activity where datname like 'studymate%'",
    );
    return Number(rows[0].count);
  });

describe('without PostgreSQL', () => {
  const pid = house.pidOf('house');
  const answers: Awaited<ReturnType<typeof createSubject>>[] = [];

  beforeAll(async () => {
    expect((await createSubject()).text).toContain('"sub_');
    process.kill(
      Number(readFileSync(join(directory, 'data/postmaster.pid'), 'utf8').split('\n')[0]),
      'SIGKILL',
    );
    for (const deadline = Date.now() + goneMs; Date.now() < deadline; ) answers.push(await createSubject());
    postgres = await startPostgres({ directory, port });
  }, 120_000);

  it('every answer is a clean error within seconds', () => {
    const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions?.code));
    expect(new Set(codes)).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(answers.filter(({ errors }) => errors.length === 0)).toEqual([]);
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(longestMs);
  });

  it('the same processes go on when it is back, with no more connections than they may have', async () => {
    await eventually('a good write', async () => (await createSubject()).text.includes('"sub_'), 30_000);
    expect(house.pidOf('house')).toBe(pid);
    for (let turn = 0; turn < 20; turn++) await createSubject();
    // Five connections for each server and each worker of a domain is what the launcher allows.
    expect(await countConnections()).toBeLessThanOrEqual(7 * 2 * 5);
  });
});

describeSilence(house);
