import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { someSite, startHouse } from './house.ts';
import { someLearner } from './people.ts';

const house = await startHouse(await someSite('caching'));

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape, asserted on
type Data = any;

interface Asked {
  readonly data: Data;
  readonly cacheControl: string | null;
  readonly age: string | null;
}

async function ask(token: string | null, query: string, variables: object = {}): Promise<Asked> {
  const response = await fetch(`${house.urls.gateway}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data } = (await response.json()) as { data: Data };
  const { headers } = response;
  return { data, cacheControl: headers.get('cache-control'), age: headers.get('age') };
}

/** Asks until the answer comes out of the cache. */
async function warm(token: string | null, query: string, variables: object = {}): Promise<Asked> {
  for (let tries = 0; tries < 50; tries++) {
    const asked = await ask(token, query, variables);
    if (asked.age !== null) return asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Never answered from the cache.');
}

const offer = '{ plans { code prices { amount { amountMinor currency } } features { feature limit } } }';
const read = 'query ($id: ID!) { subject(id: $id) { id title version owner { id } } }';
const rename = `mutation ($id: ID!, $title: String!, $version: Int!) {
  updateSubject(id: $id, title: $title, expectedVersion: $version) { __typename }
}`;

async function someSubject(token: string | null): Promise<{ id: string; title: string }> {
  const { data } = await ask(
    token,
    'mutation ($key: String!) { createSubject(title: "First", idempotencyKey: $key) { ... on Subject { id title } } }',
    { key: randomUUID() },
  );
  return data.createSubject;
}

it('keeps the offer for everybody', async () => {
  const first = await ask(null, offer);
  const kept = await warm(null, offer);
  expect(kept.cacheControl).toMatch(/^max-age=\d+, public$/);
  expect(kept.data).toEqual(first.data);
  const learner = await someLearner(house);
  expect((await ask(learner.accessToken, offer)).age).not.toBeNull();
  // What only those who are signed in may ask for is refused to others, kept or not.
  const models = '{ aiModels { id name } }';
  expect((await warm(learner.accessToken, models)).cacheControl).toMatch(/, private$/);
  expect((await ask(null, models)).data).toBeNull();
});

it('shows a change at once, and nobody what is another learner’s', async () => {
  const [owner, stranger] = [await someLearner(house), await someLearner(house)];
  const { id } = await someSubject(owner.accessToken);
  expect((await ask(stranger.accessToken, read, { id })).data.subject).toBeNull();
  const kept = await warm(owner.accessToken, read, { id });
  expect(kept.cacheControl).toMatch(/, private$/);
  expect(kept.data.subject.title).toBe('First');
  expect((await ask(stranger.accessToken, read, { id })).data.subject).toBeNull();
  expect((await ask(null, read, { id })).data.subject).toBeNull();

  for (let version = 1; version <= 5; version++) {
    const title = `Title ${version}`;
    await ask(owner.accessToken, rename, { id, title, version });
    expect((await ask(owner.accessToken, read, { id })).data.subject.title).toBe(title);
    await warm(owner.accessToken, read, { id });
  }
});

it('does not keep what nobody said may be kept', async () => {
  const learner = await someLearner(house);
  const { id } = await someSubject(learner.accessToken);
  const query = 'query ($id: ID!) { subject(id: $id) { title dueCount } viewer { displayName } }';
  for (let times = 0; times < 3; times++) {
    const { cacheControl, age } = await ask(learner.accessToken, query, { id });
    expect({ cacheControl, age }).toEqual({ cacheControl: 'no-store', age: null });
  }
});
