import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, it } from '@jest/globals';
import {
  conflict,
  DomainError,
  invalidInput,
  notFound,
  quotaExceeded,
  wrongState,
} from '@studymate/contracts';
import { asker, someViewer } from '@studymate/testkit';
import { parse } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { resolveAbstractTypes } from './abstract-types.ts';
import { accessRules } from './access.ts';
import { presentDomainErrors } from './results.ts';

const sdl =
  parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])
  interface UserError { code: String! message: String! path: [String!] }
  type ValidationError implements UserError { code: String! message: String! path: [String!] constraint: String }
  type NotFoundError implements UserError { code: String! message: String! path: [String!] }
  type ConflictError implements UserError { code: String! message: String! path: [String!] currentVersion: Int }
  type StateError implements UserError {
    code: String! message: String! path: [String!] currentState: String! allowedStates: [String!]! }
  type Deck { id: ID! title: String! }
  union DeckResult = Deck | ValidationError | NotFoundError | ConflictError | StateError
  type Query { hello: Int @authenticated }
  type Mutation { renameDeck(why: String): DeckResult! @authenticated countDecks(why: String): Int! @authenticated
    unsubscribe(why: String): DeckResult! }`);

const failures: Record<string, () => unknown> = {
  none: () => ({ id: 'dck_1', title: 'Latin' }),
  input: () => {
    throw invalidInput(['title'], 'title: is empty', 'too_small');
  },
  missing: () => {
    throw notFound('Deck');
  },
  stale: () => {
    throw conflict('Somebody else changed it.', 7);
  },
  state: () => {
    throw wrongState('It is archived.', 'ARCHIVED', ['OPEN']);
  },
  mismatch: () => {
    throw new DomainError('IDEMPOTENCY_MISMATCH', 'Another request.', { path: ['idempotencyKey'] });
  },
  quota: () => {
    throw quotaExceeded('decks', { limit: 5 });
  },
  bug: () => {
    throw new Error('password of the database is hunter2');
  },
};
const act = (_root: unknown, { why }: { why: string }) => failures[why]?.();
const bare = buildSubgraphSchema({
  typeDefs: sdl,
  resolvers: { Mutation: { renameDeck: act, countDecks: act, unsubscribe: act } },
});
resolveAbstractTypes(bare);
const schema = applyMiddleware(bare, accessRules(sdl, bare));
presentDomainErrors(schema);
const ask = asker(schema, (viewer) => ({ viewer }));

const rename = async (why: string) =>
  ask(
    someViewer(),
    `mutation ($why: String) { renameDeck(why: $why) { __typename ... on Deck { title }
      ... on UserError { code path } ... on ConflictError { currentVersion }
      ... on StateError { currentState allowedStates } ... on ValidationError { constraint } } }`,
    { why },
  );

describe('a mutation with a result union', () => {
  it.each([
    ['none', { __typename: 'Deck', title: 'Latin' }],
    [
      'input',
      { __typename: 'ValidationError', code: 'VALIDATION', path: ['title'], constraint: 'too_small' },
    ],
    ['missing', { __typename: 'NotFoundError', code: 'NOT_FOUND', path: null }],
    ['stale', { __typename: 'ConflictError', code: 'CONFLICT', path: null, currentVersion: 7 }],
    [
      'state',
      {
        __typename: 'StateError',
        code: 'STATE',
        path: null,
        currentState: 'ARCHIVED',
        allowedStates: ['OPEN'],
      },
    ],
    [
      'mismatch',
      {
        __typename: 'ConflictError',
        code: 'IDEMPOTENCY_MISMATCH',
        path: ['idempotencyKey'],
        currentVersion: null,
      },
    ],
  ])('answers %s by the member for it', async (why, answer) => {
    const { data, errors } = await rename(why);

    expect(errors).toEqual([]);
    expect(data.renameDeck).toEqual(answer);
  });

  it('answers by the member for it where no rule comes before', async () => {
    const { data, errors } = await ask(null, 'mutation { unsubscribe(why: "missing") { __typename } }');
    expect(errors).toEqual([]);
    expect(data.unsubscribe).toEqual({ __typename: 'NotFoundError' });
  });

  it('answers what the union has no member for at the top', async () => {
    const { errors } = await rename('quota');

    expect(errors[0]?.extensions).toMatchObject({ code: 'QUOTA_EXCEEDED', feature: 'decks', limit: 5 });
  });

  it('masks a bug', async () => {
    const { errors } = await rename('bug');

    expect(errors).toMatchObject([{ message: 'Internal error', extensions: { code: 'INTERNAL' } }]);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });
});

it('answers a domain error at the top where there is no union', async () => {
  const { errors } = await ask(someViewer(), 'mutation { countDecks(why: "missing") }');

  expect(errors[0]).toMatchObject({ message: 'Deck not found.', extensions: { code: 'NOT_FOUND' } });
});
