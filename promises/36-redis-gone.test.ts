import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningRedis, startRedis } from '@studymate/embedded';
import { eventually } from '../scripts/story/narrator.ts';
import { root } from '../tests/end-to-end/house.ts';
import { makeAuthors, someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const house = await startRecordedHouse('redis');
const learner = await someLearner(house);
await makeAuthors(house, [learner]);
const directory = join(house.site.directory, 'redis');

let redis: RunningRedis | undefined;
afterAll(() => redis?.stop());

const reads = isFull ? 600 : 100;
/** What is promised, 3 s, on a machine that may be doing ten other things. */
const longestMs = 6_000;

async function timed(query: string) {
  const startedAt = performance.now();
  const answer = await postGraphql(house.places.gateway, { token: learner.accessToken, query });
  return { ...answer, ms: performance.now() - startedAt };
}

const createSubject = () =>
  timed(`mutation { createSubject(title: "Leaves", idempotencyKey: "${randomUUID()}") {
    ... on Subject { id } ... on UserError { code } } }`);

/** Signed out while Redis was there. */
const goneToken = (await someLearner(house)).accessToken;
const asGone = (query: string) => postGraphql(house.places.gateway, { token: goneToken, query });
await asGone('mutation { signOut { __typename } }');
const isRefused = async () => (await asGone('{ viewer { id } }')).text.includes('UNAUTHENTICATED');
await eventually('the end of her session', isRefused);

describe('without Redis', () => {
  const subjects: string[] = [];
  const answers: Awaited<ReturnType<typeof timed>>[] = [];
  const refusals: boolean[] = [];

  beforeAll(async () => {
    process.kill(Number(readFileSync(join(directory, 'redis.pid'), 'utf8')), 'SIGKILL');
    for (let turn = 0; turn < reads; turn++) {
      answers.push(await timed('{ viewer { id displayName streak { current } } }'));
      if (turn % 20 === 0) {
        const made = await createSubject();
        answers.push(made);
        subjects.push(/"(sub_[^"]+)"/.exec(made.text)?.[1] ?? made.text);
        refusals.push(await isRefused());
      }
    }
    redis = await startRedis({
      directory,
      port: Number(house.site.ports.environment.REDIS_PORT),
      cache: join(root, 'run/toolchain/redis'),
    });
  }, 300_000);

  it('learners read and write on', () => {
    const failed = answers.filter(({ data, errors }) => errors.length > 0 || data === null);
    expect(failed.length).toBeLessThanOrEqual(answers.length / 100);
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(longestMs);
  });

  it('who has signed out stays out', () => {
    expect(refusals).toEqual(refusals.map(() => true));
  });

  it('what others are to hear is heard when it is back', async () => {
    for (const subject of subjects) {
      await eventually('quiz to know the subject', async () => {
        const { text } = await timed(`mutation { createQuestionBank(title: "Leaves", subjectId: "${subject}",
          idempotencyKey: "${randomUUID()}") { ... on QuestionBank { id } ... on UserError { code } } }`);
        return text.includes('"bnk_');
      });
    }
  });
});

describeSilence(house);
