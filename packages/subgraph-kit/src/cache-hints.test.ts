import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readSecret, signRequest } from '@studymate/runtime';
import { someViewer } from '@studymate/testkit';
import { parse } from 'graphql';
import { noteCacheHints } from './cache-hints.ts';
import { readSdl } from './sdl.ts';
import { startSubgraph } from './server.ts';

const sdl = `
  type Query {
    plans: [Plan!]!
    mine: Mine
    note: Note
    short: Plan @cacheControl(maxAge: 5)
    answer: Int
    failing: Plan
  }
  type Plan @key(fields: "id") @cacheControl(maxAge: 60) {
    id: ID!
    price: Money @cacheControl(inheritMaxAge: true)
    seller: Money
    left: Int @cacheControl(maxAge: 0)
  }
  type Mine @key(fields: "id") @cacheControl(maxAge: 30, scope: PRIVATE) { id: ID! }
  type Note @key(fields: "id") { id: ID! }
  type Money { amount: Int }
`;

const plan = { id: 'p', price: { amount: 1 }, seller: { amount: 2 }, left: 3 };
const reference = { __resolveReference: ({ id }: { id: string }) => ({ ...plan, id }) };
const links = parse(readSdl('study')).definitions.filter(
  ({ kind }) => kind === 'SchemaExtension' || kind === 'DirectiveDefinition',
);
const schema = buildSubgraphSchema({
  typeDefs: {
    kind: parse(sdl).kind,
    definitions: [
      ...links,
      ...parse('enum CacheControlScope { PUBLIC PRIVATE }').definitions,
      ...parse(sdl).definitions,
    ],
  },
  resolvers: {
    Query: {
      plans: () => [plan],
      mine: () => ({ id: 'm' }),
      note: () => ({ id: 'n' }),
      short: () => plan,
      answer: () => 42,
      failing: () => {
        throw new Error('no');
      },
    },
    Plan: reference,
    Mine: reference,
    Note: reference,
  },
});
noteCacheHints(schema);
const server = await startSubgraph({
  name: 'study',
  schema,
  port: 0,
  isReady: async () => true,
  createContext: () => ({}),
});
afterAll(() => server.stop());

const secret = readSecret('SUBGRAPH_SECRET');

async function cacheControlOf(query: string, variables: object = {}): Promise<string | null> {
  const body = JSON.stringify({ query, variables });
  const headers = {
    'content-type': 'application/json',
    ...signRequest(secret, { viewer: someViewer(), requestId: 'r', ipAddress: '::1' }, body),
  };
  return (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).headers.get(
    'cache-control',
  );
}

const entities = (...typenames: string[]) =>
  cacheControlOf(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Plan { id } ... on Mine { id } ... on Note { id } } }',
    { r: typenames.map((__typename, index) => ({ __typename, id: `${index}` })) },
  );

describe('what a subgraph says of keeping its answer', () => {
  it.each([
    ['{ plans { id price { amount } } }', 'max-age=60, public'],
    ['{ plans { id } short { id } }', 'max-age=5, public'],
    ['{ plans { id } mine { id } }', 'max-age=30, private'],
    ['{ plans { seller { amount } } }', 'no-store'],
    ['{ plans { left } }', 'no-store'],
    ['{ plans { id } note { id } }', 'no-store'],
    ['{ plans { id } answer }', 'no-store'],
    ['{ plans { id } failing { id } }', 'no-store'],
  ])('%s: %s', async (query, expected) => {
    expect(await cacheControlOf(query)).toBe(expected);
  });

  it('counts every entity of a list', async () => {
    expect(await entities('Plan', 'Plan')).toBe('max-age=60, public');
    expect(await entities('Plan', 'Mine')).toBe('max-age=30, private');
    expect(await entities('Note')).toBe('no-store');
    expect(await entities('Plan', 'Note')).toBe('no-store');
    expect(await entities('Note', 'Plan')).toBe('no-store');
  });
});
