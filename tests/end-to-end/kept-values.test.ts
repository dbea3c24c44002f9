import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import type { Learner } from '../../scripts/story/learner.ts';
import { eventually } from '../../scripts/story/narrator.ts';
import { someSite, startHouse } from './house.ts';
import { stockLibrary } from './library.ts';
import { makeAuthors, someLearner } from './people.ts';
import { postGraphql } from './raw.ts';

const house = await startHouse(await someSite('kept-values'));

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, asserted on
type Data = any;

async function ask(
  { accessToken: token }: Learner,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const { data, errors, text } = await postGraphql(house.places.gateway, { token, query, variables });
  if (errors.length > 0) throw new Error(text);
  return data;
}

/** How often a domain's cache has had what was asked for. */
async function hits(domain: string, cache: string): Promise<number> {
  const page = await (await fetch(`${house.urls.gateway}/metrics`)).text();
  const line = `cache_reads_total{domain="${domain}",cache="${cache}",outcome="hit"}`;
  return Number(
    page
      .split('\n')
      .find((each) => each.startsWith(line))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}

/** Reads until the answer came out of the cache. */
async function readKept(
  kept: readonly [domain: string, cache: string],
  read: () => Promise<Data>,
): Promise<Data> {
  for (let tries = 0; tries < 50; tries++) {
    const before = await hits(...kept);
    const answer = await read();
    if ((await hits(...kept)) > before) return answer;
  }
  throw new Error(`Never answered from the cache of ${kept.join(' ')}.`);
}

let author: Learner;

beforeAll(async () => {
  author = await someLearner(house);
  await makeAuthors(house, [author]);
  await stockLibrary(author, 1);
}, 120_000);

it('keeps who is signed in until that changes, and for nobody else', async () => {
  const other = await someLearner(house);
  const read = async () => (await ask(author, '{ viewer { displayName } }')).viewer.displayName;
  for (const displayName of ['Slow Fox', 'Quick Fox']) {
    await ask(
      author,
      `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { ... on User { id } } }`,
      { input: { displayName } },
    );
    expect(await read()).toBe(displayName);
    expect(await readKept(['auth', 'session'], read)).toBe(displayName);
  }
  expect((await ask(other, '{ viewer { displayName } }')).viewer.displayName).not.toBe('Quick Fox');
});

it('keeps figures of studying until more was studied', async () => {
  const read = async () => (await ask(author, '{ viewer { studyStats(period: ALL) { reviews } } }')).viewer;
  const { reviewQueue } = await ask(author, '{ reviewQueue { items { card { id } } } }');
  const [{ card }] = reviewQueue.items;
  for (const reviews of [0, 1]) {
    expect((await readKept(['study', 'stats'], read)).studyStats).toEqual({ reviews });
    const input = { cardId: card.id, grade: 'EASY', clientReviewId: randomUUID() };
    await ask(
      author,
      'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { ... on SubmitReviewSuccess { replayed } } }',
      { input },
    );
    expect((await read()).studyStats).toEqual({ reviews: reviews + 1 });
  }
});

it('keeps the statistics of a quiz until there is another grade', async () => {
  const { quizzes } = await ask(author, '{ quizzes(first: 1) { edges { node { id } } } }');
  const { id } = quizzes.edges[0].node;
  const read = async () =>
    (await ask(author, `{ quiz(id: "${id}") { statistics { attempts } } }`)).quiz.statistics;
  for (const attempts of [1, 2]) {
    expect(await readKept(['quiz', 'statistics'], read)).toEqual({ attempts });
    const { startAttempt } = await ask(
      author,
      `mutation { startAttempt(quizId: "${id}", idempotencyKey: "${randomUUID()}") { ... on QuizAttempt { id } } }`,
    );
    await ask(
      author,
      `mutation { submitAttempt(attemptId: "${startAttempt.id}", idempotencyKey: "${randomUUID()}") { __typename } }`,
    );
    // A job counts what was graded.
    await eventually(
      'the attempt to be counted',
      async () => (await read()).attempts === attempts + 1,
      60_000,
    );
  }
});
