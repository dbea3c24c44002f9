import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@studymate/contracts';
import { createLogger } from '@studymate/runtime';
import fc from 'fast-check';
import { parse } from 'graphql';
import { noteCacheHints } from './cache-hints.ts';
import { startGraphqlEngine, traceHeader } from './graphql-engine.ts';
import { readSdl } from './sdl.ts';

const sdl = `
  enum CacheControlScope { PUBLIC PRIVATE }
  type Query {
    shelf(count: Int = 2, kind: Kind): [Item]
    strict(fail: Boolean! = false): [Book!]!
    book(id: ID!): Book @cacheControl(maxAge: 20)
    count: Int!
    broken: Int
    away: Int
    refused: String
  }
  type Mutation { turn(page: Int!): Book! }
  enum Kind { PAPER FILM }
  interface Item { id: ID! title: String! next: Item }
  type Book implements Item @key(fields: "id") @cacheControl(maxAge: 60) {
    id: ID! title: String! next: Item pages(from: Int! = 1): [Int!] note: String! @cacheControl(scope: PRIVATE)
  }
  type Film implements Item @key(fields: "id") { id: ID! title: String! next: Item minutes: Float! }
`;

interface Thing {
  readonly __typename: 'Book' | 'Film';
  readonly id: string;
}
const thing = (number: number): Thing => ({ __typename: number % 2 ? 'Film' : 'Book', id: `${number}` });
const item = {
  title: ({ id }: Thing) => (id === '3' ? Promise.reject(new Error('torn')) : `Title ${id}`),
  next: async ({ id }: Thing) => (Number(id) > 4 ? null : thing(Number(id) + 1)),
};
const turned: number[] = [];
let waited = 0;
const kinds: Readonly<Record<string, number>> = { PAPER: 0, FILM: 1 };

const links = parse(readSdl('study')).definitions.filter(({ kind }) =>
  /^(SchemaExt|DirectiveDef)/.test(kind),
);
const schema = buildSubgraphSchema({
  typeDefs: { ...parse(sdl), definitions: [...links, ...parse(sdl).definitions] },
  resolvers: {
    Query: {
      shelf: (_root: unknown, { count, kind }: { count: number | null; kind: string | null }) =>
        Array.from({ length: Math.min(count ?? 0, 5) }, (_, index) =>
          thing(index + (kinds[kind ?? ''] ?? 0)),
        ),
      strict: (_root: unknown, { fail }: { fail: boolean }) => (fail ? [thing(0), null] : [thing(0)]),
      book: async (_root: unknown, { id }: { id: string }) => (id === '0' ? null : { ...thing(0), id }),
      count: () => 'many',
      broken: () => {
        throw new Error('secret');
      },
      away: () => {
        waited += 1;
        throw Object.assign(new Error('nobody there'), { code: 'P1001' });
      },
      refused: () => {
        throw new DomainError('NOT_FOUND', 'There is none.', { path: ['id'] });
      },
    },
    Mutation: {
      turn: (_root: unknown, { page }: { page: number }) => {
        turned.push(page);
        return page < 0 ? null : { ...thing(0), id: `${page}` };
      },
    },
    Book: {
      ...item,
      __resolveReference: async ({ id }: { id: string }) => (id === 'gone' ? null : { id }),
      pages: ({ id }: Thing, { from }: { from: number }) => [from, Promise.resolve(Number(id))],
      note: ({ id }: Thing) => (id === '2' ? null : 'n'),
    },
    Film: { ...item, __resolveReference: ({ id }: { id: string }) => ({ id }), minutes: () => 90.5 },
  } as never,
});
noteCacheHints(schema);

const engine = await startGraphqlEngine(schema, createLogger('test', { LOG_LEVEL: 'silent' }));
afterAll(() => engine.stop());

let contexts = 0;
const createContext = () => ({ number: contexts++ });
const ask = (body: unknown, trace?: string) => engine.answer({ body, trace, createContext });

/** The answer to what was never asked in these words, and to the same again. */
async function askTwice(body: object) {
  const first = await ask(body);
  return [first, await ask(body)] as const;
}

const field = fc.constantFrom(
  '__typename',
  'id',
  'title',
  'renamed: title',
  'title @include(if: $yes)',
  'id @skip(if: $yes)',
  '... on Book { pages }',
  '... on Book { pages(from: $from) note }',
  '... on Film { minutes }',
  'next { id ...Deep }',
  'next { ...Deep next { id title } }',
);
const items = fc.array(field, { minLength: 1, maxLength: 6 }).map((fields) => `{ ${fields.join(' ')} }`);
const book = items.map((fields) => `{ ...OnItem ... on Item ${fields} }`);
const root = fc.oneof(
  items.map((fields) => `shelf(count: $count, kind: $kind) ${fields}`),
  items.map((fields) => `shelf ${fields}`),
  items.map((fields) => `_entities(representations: $entities) { ...OnItem ... on Item ${fields} }`),
  book.map((fields) => `strict(fail: $fail) ${fields}`),
  book.map((fields) => `book(id: $id) ${fields}`),
  fc.constantFrom('count', 'broken', 'refused', '__typename'),
);
const declarations: Readonly<Record<string, string>> = {
  count: 'Int',
  kind: 'Kind = FILM',
  yes: 'Boolean!',
  from: 'Int! = 2',
  fail: 'Boolean! = false',
  id: 'ID! = "1"',
  entities: '[_Any!]!',
};
/** With the fragments and variables that it uses, since others would not be valid. */
function complete(roots: readonly string[]): string {
  const fields = roots.map((text, index) => (text.startsWith('_') ? text : `f${index}: ${text}`)).join('\n');
  const onItem = fields.includes('...OnItem') ? 'fragment OnItem on Item { id ...Deep }' : '';
  const deep = /\.\.\.(Deep|OnItem)/.test(fields) ? 'fragment Deep on Item { id title }' : '';
  const used = Object.entries(declarations).filter(([name]) => fields.includes(`$${name}`));
  const declared = used.map(([name, type]) => `$${name}: ${type}`).join(', ');
  return `query Generated${declared && `(${declared})`} { ${fields} }\n${onItem}\n${deep}`;
}
const operation = fc.array(root, { minLength: 1, maxLength: 4 }).map(complete);
const reference = fc.constantFrom(
  { __typename: 'Book', id: '0' },
  { __typename: 'Book', id: 'gone' },
  { __typename: 'Film', id: '3' },
  { __typename: 'Nothing', id: '1' },
);
const variables = fc.record(
  {
    count: fc.constantFrom(0, 3, 5, null, 'three'),
    kind: fc.constantFrom('PAPER', null, 'STONE'),
    yes: fc.constantFrom(true, false, null),
    from: fc.constantFrom(1, null),
    fail: fc.boolean(),
    id: fc.constantFrom('0', 7, {}),
    entities: fc.array(reference, { maxLength: 3 }),
  },
  { requiredKeys: ['yes', 'entities'] },
);

describe('an operation that is asked for again', () => {
  it('gets the same answer as through Apollo Server, byte for byte', async () => {
    let executed = 0;
    await fc.assert(
      fc.asyncProperty(operation, variables, async (query, values) => {
        // A comment makes a text that nobody has asked before.
        const [first, again] = await askTwice({ query: `# ${contexts}\n${query}`, variables: values });
        if (first.body.includes('"data"')) executed += 1;
        expect(again.status).toBe(first.status);
        expect(again.body).toBe(first.body);
        expect(again.headers?.['cache-control']).toBe(first.headers?.['cache-control']);
        expect(again.headers?.['content-type']).toBe(first.headers?.['content-type']);
      }),
      { numRuns: 300 },
    );
    expect(executed).toBeGreaterThan(50);
  });

  it('has its effect once for each request, and when it fails too', async () => {
    const query = 'mutation ($page: Int!) { turn(page: $page) { id } }';
    const turn = async (page: number) => JSON.parse(`${(await ask({ query, variables: { page } })).body}`);
    await turn(1);
    expect(await turn(2)).toEqual({ data: { turn: { id: '2' } } });
    expect(await turn(-1)).toMatchObject({ data: null, errors: [{ path: ['turn'] }] });
    expect(turned).toEqual([1, 2, -1]);
  });

  it('does not wait twice for a database that is away', async () => {
    const [first, again] = await askTwice({ query: '{ away }' });
    expect(again.body).toBe(first.body);
    expect(first.body).toContain('UPSTREAM_UNAVAILABLE');
    expect(waited).toBe(2);
  });

  it.each([
    ['a name that it does not have', { operationName: 'Other' }],
    ['a name that is none', { operationName: 7 }],
    ['variables that are none', { variables: 'all' }],
    ['extensions that are none', { extensions: 7 }],
  ])('is refused with %s as it was before', async (_what, part) => {
    const query = `query Known { __typename } # ${contexts}`;
    const first = await ask({ query, ...part });
    await ask({ query });
    expect(await ask({ query, ...part })).toEqual(first);
    expect(first.status).toBe(400);
  });

  it('is chosen by name where a text holds many', async () => {
    const query = 'query A { a: __typename } query B { b: __typename }';
    const named = async (operationName: string) => `${(await ask({ query, operationName })).body}`;
    expect([await named('A'), await named('B'), await named('A')].map((text) => text.slice(9, 12))).toEqual([
      '"a"',
      '"b"',
      '"a"',
    ]);
  });

  it('is traced when it is asked to be', async () => {
    const query = '{ shelf { id } }';
    await askTwice({ query });
    expect((await ask({ query }, 'ftv1')).body).toContain('ftv1');
    expect(traceHeader).toBe('apollo-federation-include-trace');
    expect((await ask({ query })).body).not.toContain('ftv1');
  });

  it.each([
    ['neither text nor name', {}],
    ['what is invalid', { query: '{ nothing }' }],
    ['what does not parse', { query: '{' }],
    ['a list', []],
    ['nothing', undefined],
  ])('is not mistaken: %s', async (_what, body) => {
    const first = await ask(body);
    expect(first.status).toBe(400);
    expect(await ask(body)).toEqual(first);
  });
});
