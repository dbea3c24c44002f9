import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { buildSchema, getNamedType, isInputObjectType } from 'graphql';
import { root } from '../tests/end-to-end/house.ts';
import { makeAuthors, someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { describeSilence, isFull, joinRecordedHouse } from './recorded-house.ts';

const house = await joinRecordedHouse();
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
async function send(call: string, answer: string, { who = ada }: Asked = {}) {
  const { data, text } = await postGraphql(house.places.gateway, {
    token: who.accessToken,
    query: `mutation { made: ${call} { __typename ... on ${answer} ${failure} } }`,
  });
  return { made: (data?.made ?? {}) as Made, text };
}

const quoted = (value: string) => JSON.stringify(value);
const make = async (call: string, type: string, who = ada): Promise<string> => {
  const { made, text } = await send(call, `${type} { id }`, { who });
  if (made.id === undefined) throw new Error(text);
  return made.id;
};

const subjectOf = async (who: typeof ada) =>
  make(`createSubject(title: "Leaves", idempotencyKey: ${quoted(randomUUID())})`, 'Subject', who);
const subjects = new Map([
  [ada, await subjectOf(ada)],
  [bob, await subjectOf(bob)],
]);
const deckOf = (who: typeof ada) =>
  make(
    `createDeck(subjectId: ${subject(who)}, title: "Leaves", idempotencyKey: ${quoted(randomUUID())})`,
    'Deck',
    who,
  );
const subject = (who: typeof ada) => quoted(subjects.get(who) ?? '');
const decks = new Map([
  [ada, await deckOf(ada)],
  [bob, await deckOf(bob)],
]);

type Call = (value: number, key: string, who: typeof ada) => string;

/** Keyed mutations with the body that a value makes, and what they answer. */
const creations: readonly (readonly [name: string, answer: string, call: Call])[] = [
  [
    'createSubject',
    'Subject { id }',
    (value, key) => `createSubject(title: "Cells ${value}", idempotencyKey: ${key})`,
  ],
  [
    'createDeck',
    'Deck { id }',
    (value, key, who) =>
      `createDeck(subjectId: ${subject(who)}, title: "Cells ${value}", idempotencyKey: ${key})`,
  ],
  [
    'createCards',
    'CardsCreated { cards { id } }',
    (value, key, who) =>
      `createCards(deckId: ${quoted(decks.get(who) ?? '')}, cards: [{ front: "Cells ${value}", back: "b" }],
        idempotencyKey: ${key})`,
  ],
  [
    'createMaterial',
    'Material { id }',
    (value, key, who) =>
      `createMaterial(subjectId: ${subject(who)}, title: "Cells ${value}", kind: NOTE, content: "Words.",
        idempotencyKey: ${key})`,
  ],
  [
    'createQuestionBank',
    'QuestionBank { id }',
    (value, key, who) =>
      `createQuestionBank(subjectId: ${subject(who)}, title: "Cells ${value}", idempotencyKey: ${key})`,
  ],
  [
    'createQuiz',
    'Quiz { id }',
    (value, key, who) =>
      `createQuiz(input: { subjectId: ${subject(who)}, title: "Cells ${value}", difficulty: EASY },
        idempotencyKey: ${key})`,
  ],
  [
    'startStudySession',
    'StudySession { id }',
    (value, key, who) =>
      `startStudySession(input: { subjectId: ${subject(who)}, plannedMinutes: ${value},
        idempotencyKey: ${key} })`,
  ],
];

/** Those that need more than a learner with a subject, and where the test of their subgraph is. */
const heldBySubgraphs: Readonly<Record<string, string>> = {
  register: 'auth/tests/registration.test.ts',
  createPartnerClient: 'auth/tests/partner-client.test.ts',
  startGeneration: 'ai/src/generation/generation.test.ts',
  broadcast: 'notification/src/broadcast/broadcast.test.ts',
  recordRecommendationFeedback: 'personalization/src/recommendation/recommendation.test.ts',
  importQuestions: 'quiz/src/import/question-import.test.ts',
  importDeck: 'study/src/deck-import/deck-import.test.ts',
  checkResponse: 'quiz/src/behaviour/behaviour.test.ts',
  startAttempt: 'quiz/src/attempt/attempt.test.ts',
  submitAttempt: 'quiz/src/attempt/attempt.test.ts',
  regrade: 'quiz/src/regrade/regrade.test.ts',
  startCheckout: 'subscription/src/checkout/checkout.test.ts',
  buyCredits: 'subscription/src/checkout/checkout.test.ts',
  changePlan: 'subscription/src/plan-change/plan-change.test.ts',
  grantCredits: 'subscription/src/credit/credit.test.ts',
};

/** The mutations of the supergraph that take a key, as an argument or in their input. */
function listKeyed(): string[] {
  const schema = buildSchema(readFileSync(join(root, 'schema/supergraph.graphql'), 'utf8'), {
    assumeValidSDL: true,
  });
  return Object.values(schema.getMutationType()?.getFields() ?? {})
    .filter(({ args }) =>
      args.some(({ name, type }) => {
        const named = getNamedType(type);
        return (
          name === 'idempotencyKey' || (isInputObjectType(named) && 'idempotencyKey' in named.getFields())
        );
      }),
    )
    .map(({ name }) => name);
}

it('is held for every mutation that takes a key', () => {
  const held = [...creations.map(([name]) => name), ...Object.keys(heldBySubgraphs)];
  expect(held.toSorted()).toEqual(listKeyed().toSorted());
  for (const [name, file] of Object.entries(heldBySubgraphs)) {
    const test = readFileSync(join(root, 'subgraphs', file), 'utf8');
    expect([name, test.includes(name), /idempot/i.test(test)]).toEqual([name, true, true]);
  }
});

const parallel = isFull ? 20 : 8;

describe.each(creations)('%s', (_name, answer, call) => {
  const type = answer.split(' ')[0];
  const sessions = new Map<string, typeof ada>();
  const ask = async (value: number, key: string, who = ada) => {
    const sent = await send(call(value, quoted(key), who), answer, { who });
    if (type === 'StudySession' && sent.made.id) sessions.set(sent.made.id, who);
    return sent;
  };

  // A learner has one study session at a time.
  afterEach(async () => {
    for (const [id, who] of sessions)
      await make(`finishStudySession(id: ${quoted(id)})`, 'StudySession', who);
    sessions.clear();
  });

  it('has one effect and equal answers, many times in parallel', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: parallel }, () => ask(20, key)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.made.__typename).toBe(type);
  });

  it('refuses the key of another body', async () => {
    const key = randomUUID();
    await ask(20, key);
    expect((await ask(30, key)).text).toContain('IDEMPOTENCY_MISMATCH');
  });

  it('knows the key of another learner apart', async () => {
    const key = randomUUID();
    const own = await ask(20, key);
    const other = await ask(20, key, bob);
    expect(other.made.__typename).toBe(type);
    expect(other.text).not.toBe(own.text);
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
