import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeAuthors, someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { describeSilence, isFull, startRecordedHouse } from './recorded-house.ts';

const house = await startRecordedHouse('idempotency');
const [ada, bob] = [await someLearner(house), await someLearner(house)];
await makeAuthors(house, [ada, bob]);

const failure = '... on UserError { code message path }';
const retries = isFull ? 100 : 30;

interface Made {
  readonly __typename: string;
  readonly id?: string;
  readonly code?: string;
}

interface Asked {
  readonly who?: typeof ada;
}

/** Sends a keyed mutation with one field and answers what that field gave, as text too. */
async function send(call: string, type: string, { who = ada }: Asked = {}) {
  const { data, text } = await postGraphql(house.places.gateway, {
    token: who.accessToken,
    query: `mutation { made: ${call} { __typename ... on ${type} { id } ${failure} } }`,
  });
  return { made: (data?.made ?? {}) as Made, text };
}

const quoted = (value: string) => JSON.stringify(value);
const make = async (call: string, type: string, who = ada): Promise<string> => {
  const { made, text } = await send(call, type, { who });
  if (made.id === undefined) throw new Error(text);
  return made.id;
};

const subjectOf = async (who: typeof ada) =>
  make(`createSubject(title: "Leaves", idempotencyKey: ${quoted(randomUUID())})`, 'Subject', who);
const subjects = new Map([
  [ada, await subjectOf(ada)],
  [bob, await subjectOf(bob)],
]);
const subject = (who: typeof ada) => quoted(subjects.get(who) ?? '');

/** Every keyed creation whose body a test can vary by a title, with the field of `Made` it answers. */
const creations: readonly (readonly [
  name: string,
  type: string,
  call: (title: string, key: string, who: typeof ada) => string,
])[] = [
  ['createSubject', 'Subject', (title, key) => `createSubject(title: ${title}, idempotencyKey: ${key})`],
  [
    'createDeck',
    'Deck',
    (title, key, who) => `createDeck(subjectId: ${subject(who)}, title: ${title}, idempotencyKey: ${key})`,
  ],
  [
    'createQuestionBank',
    'QuestionBank',
    (title, key, who) =>
      `createQuestionBank(subjectId: ${subject(who)}, title: ${title}, idempotencyKey: ${key})`,
  ],
  [
    'createQuiz',
    'Quiz',
    (title, key, who) =>
      `createQuiz(input: { subjectId: ${subject(who)}, title: ${title}, difficulty: EASY }, idempotencyKey: ${key})`,
  ],
];

describe.each(creations)('%s', (_name, type, call) => {
  const ask = (title: string, key: string, asked: Asked = {}) =>
    send(call(quoted(title), quoted(key), asked.who ?? ada), type, asked);

  it('has one effect and equal answers, twenty times in parallel', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('Cells', key)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.made.__typename).toBe(type);
  });

  it('refuses the key of another body', async () => {
    const key = randomUUID();
    await ask('Cells', key);
    expect((await ask('Atoms', key)).text).toContain('IDEMPOTENCY_MISMATCH');
  });

  it('knows the key of another learner apart', async () => {
    const key = randomUUID();
    const own = await ask('Cells', key);
    const other = await ask('Cells', key, { who: bob });
    expect(other.made.__typename).toBe(type);
    expect(other.made.id).not.toBe(own.made.id);
  });
});

describe('a key', () => {
  it('makes one row for each of many requests whose answer was cut off', async () => {
    const keys: string[] = Array.from({ length: retries }, () => randomUUID());
    for (const key of keys) {
      const impatience = new AbortController();
      const lost = fetch(house.places.gateway, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.accessToken}` },
        body: JSON.stringify({
          query: `mutation { createDeck(subjectId: ${subject(ada)}, title: ${quoted(key)}, idempotencyKey: ${quoted(key)}) { __typename } }`,
        }),
        signal: impatience.signal,
      }).catch(() => undefined);
      setTimeout(() => impatience.abort(), Math.random() * 40);
      await lost;
      await make(
        `createDeck(subjectId: ${subject(ada)}, title: ${quoted(key)}, idempotencyKey: ${quoted(key)})`,
        'Deck',
      );
    }
    const { data } = await postGraphql(house.places.gateway, {
      token: ada.accessToken,
      query: `{ node(id: ${subject(ada)}) { ... on Subject { decks(first: 100) { edges { node { title } } } } } }`,
    });
    const subjectNode = data?.node as { decks: { edges: { node: { title: string } }[] } } | undefined;
    const titles = (subjectNode?.decks.edges ?? [])
      .map(({ node }) => node.title)
      .filter((title) => keys.includes(title));
    expect(titles.toSorted()).toEqual(keys.toSorted());
  });
});

describeSilence(house);
