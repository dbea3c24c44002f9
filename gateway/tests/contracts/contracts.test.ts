import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { startIssuer, trusting } from '../tokens.ts';
import { compose, startSubgraph, startWorld } from '../world.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@requiresScopes"])`;
const shop = {
  name: 'shop',
  sdl: `${link}
    type Query {
      products: [Product!]! @tag(name: "public")
      anything: [Thing!]! @tag(name: "public")
      orders: [Order!]! @tag(name: "partner")
      margins: [Margin!]!
    }
    type Mutation { order(input: OrderInput!): Order @tag(name: "partner") }
    type Subscription { sold: Order @tag(name: "partner") }
    interface Thing @tag(name: "public") { id: ID! }
    type Product implements Thing @key(fields: "id") {
      id: ID! @tag(name: "public")
      name(upper: Boolean @tag(name: "internal")): String @tag(name: "public")
      cost: Int @tag(name: "internal")
    }
    type Order implements Thing { id: ID! @tag(name: "partner") state: OrderState @tag(name: "partner") }
    enum OrderState { OPEN DONE FRAUD @tag(name: "internal") }
    input OrderInput { product: ID! note: String flag: Boolean @tag(name: "internal") }
    type Margin { of: ID! share: Float }`,
  resolvers: {
    Thing: { __resolveType: ({ state }: { state?: string }) => (state ? 'Order' : 'Product') },
    Query: {
      products: () => [{ id: '1', name: 'pen', cost: 3 }],
      anything: () => [
        { id: '1', name: 'pen' },
        { id: '9', state: 'OPEN' },
      ],
      orders: () => [{ id: '9', state: 'OPEN' }],
      margins: () => [{ of: '1', share: 0.5 }],
    },
    Mutation: { order: () => ({ id: '10', state: 'OPEN' }) },
  },
};
const stock = {
  name: 'stock',
  sdl: `${link}
    type Product @key(fields: "id") {
      id: ID!
      inStock: Int @tag(name: "public")
      supplier: String @tag(name: "partner") @requiresScopes(scopes: [["study:read"]])
    }`,
  resolvers: {
    Product: { __resolveReference: ({ id }: { id: string }) => ({ id, inStock: 7, supplier: 'Ink & Co' }) },
  },
};

const bodies = {
  stock: 'query Stock { products { id inStock } }',
  margins: 'query Margins { margins { share } }',
};
const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const folder = await mkdtemp(join(tmpdir(), 'contracts-'));
afterAll(() => rm(folder, { recursive: true }));
await writeFile(
  join(folder, 'web.json'),
  JSON.stringify(Object.fromEntries(Object.values(bodies).map((body) => [sha(body), body]))),
);

const issuer = await startIssuer();
const world = await startWorld({
  subgraphs: [shop, stock],
  config: {
    identity: trusting(issuer),
    operations: { folder, automatic: true },
    variants: {
      public: { path: '/graphql/public', include: ['public'], exclude: ['internal'] },
      partner: { path: '/graphql/partner', include: ['public', 'partner'], exclude: ['internal'] },
      everything: { path: '/everything', exclude: ['internal'], hideUnreachable: false },
    },
  },
});

interface Answered {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; extensions: { code: string } }[];
}
const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<Answered> => {
  const response = await fetch(`${world.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answered;
};
const paths = { whole: '/graphql', public: '/graphql/public', partner: '/graphql/partner' };
const invalid = { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };

describe('a variant', () => {
  it('shows what its tags include and nothing else', async () => {
    const { data } = await post(paths.public, { query: getIntrospectionQuery() });
    const schema = buildClientSchema(data as unknown as IntrospectionQuery);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['products', 'anything']);
    expect(schema.getMutationType()).toBeFalsy();
    for (const hidden of ['Order', 'OrderState', 'OrderInput', 'Margin']) {
      expect(schema.getType(hidden)).toBeUndefined();
    }
    const product = schema.getType('Product');
    const fields = product && 'getFields' in product ? product.getFields() : {};
    expect(Object.keys(fields).toSorted()).toEqual(['id', 'inStock', 'name']);
    const nameField = fields.name;
    expect(nameField && 'args' in nameField && nameField.args).toEqual([]);
  });

  it('leaves out excluded arguments, enum values and input fields', async () => {
    const { data } = await post(paths.partner, { query: getIntrospectionQuery() });
    const schema = buildClientSchema(data as unknown as IntrospectionQuery);
    const state = schema.getType('OrderState');
    expect(state && 'getValues' in state && state.getValues().map(({ name }) => name)).toEqual([
      'OPEN',
      'DONE',
    ]);
    const input = schema.getType('OrderInput');
    expect(input && 'getFields' in input && Object.keys(input.getFields())).toEqual(['product', 'note']);
    const mutation = 'mutation ($input: OrderInput!) { order(input: $input) { id } }';
    const flagged = { query: mutation, variables: { input: { product: '1', flag: true } } };
    expect((await post(paths.partner, flagged)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await post(paths.whole, flagged)).data).toEqual({ order: { id: '10' } });
  });

  it('joins subgraphs and keeps to access rules as the whole graph does', async () => {
    const query = '{ products { name inStock supplier } }';
    expect(await post(paths.public, { query })).toMatchObject(invalid);
    const refused = await post(paths.partner, { query });
    expect(refused.data).toEqual({ products: [{ name: 'pen', inStock: 7, supplier: null }] });
    const allowed = await post(paths.partner, { query }, await issuer.bearer());
    expect(allowed.data).toEqual({ products: [{ name: 'pen', inStock: 7, supplier: 'Ink & Co' }] });
  });

  it('never names an object that it does not show', async () => {
    const query = '{ anything { __typename id } }';
    const { data } = await post(paths.public, { query });
    expect(JSON.stringify(data)).not.toContain('Order');
    expect((await post(paths.whole, { query })).data).toEqual({
      anything: [
        { __typename: 'Product', id: '1' },
        { __typename: 'Order', id: '9' },
      ],
    });
  });

  it('has no subscription that is not of it', async () => {
    const headers = { accept: 'text/event-stream', 'apollo-require-preflight': '1' };
    const open = async (path: string) => {
      const stop = new AbortController();
      const response = await fetch(`${world.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: 'subscription { sold { id } }' }),
        signal: stop.signal,
      });
      const text = await response.text();
      stop.abort();
      return text;
    };
    expect(await open(paths.public)).toMatch(/no such operation/);
    expect(await open(paths.partner)).not.toMatch(/no such operation|Cannot query/);
  });
});

describe('what one variant has learned', () => {
  it.each([
    ['the whole first', ['whole', 'public', 'whole', 'public'] as const, '{ products { id cost } }'],
    ['the variant first', ['public', 'whole', 'public', 'whole'] as const, '{ products { cost id } }'],
  ])('serves no other: %s', async (_name, order, query) => {
    for (const of of order) {
      const answer = await post(paths[of], { query });
      if (of === 'whole') expect(answer.data).toEqual({ products: [{ id: '1', cost: 3 }] });
      else expect(answer).toMatchObject(invalid);
    }
  });

  it.each([
    ['the whole first', ['whole', 'public'] as const, '{ margins { of } }'],
    ['the variant first', ['public', 'whole'] as const, '{ margins { share of } }'],
  ])('serves no other by hash: %s', async (_name, order, query) => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha(query) } };
    for (const of of [...order, ...order]) {
      const answer = await post(paths[of], { query, extensions });
      const byHash = await post(paths[of], { extensions });
      for (const { data, errors } of [answer, byHash]) {
        if (of === 'whole') expect(data).toHaveProperty('margins');
        else expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
      }
    }
  });

  it('runs a registered operation only where all of it is shown', async () => {
    const client = { 'apollographql-client-name': 'web' };
    const stockAnswer = { products: [{ id: '1', inStock: 7 }] };
    for (const path of Object.values(paths)) {
      expect((await post(path, { documentId: sha(bodies.stock) }, client)).data).toEqual(stockAnswer);
    }
    const margins = { documentId: sha(bodies.margins) };
    expect((await post(paths.whole, margins, client)).data).toEqual({ margins: [{ share: 0.5 }] });
    for (const path of [paths.public, paths.partner]) {
      expect(await post(path, margins, client)).toMatchObject(invalid);
    }
  });
});

describe('a filter', () => {
  it('without an include list shows all that is not excluded, unreachable types too when asked', async () => {
    expect((await post('/everything', { query: '{ margins { share } }' })).data).toHaveProperty('margins');
    expect(await post('/everything', { query: '{ products { cost } }' })).toMatchObject(invalid);
  });

  it('that leaves no valid schema is refused, and the last good supergraph stays', async () => {
    const broken = await startSubgraph({
      ...stock,
      sdl: stock.sdl
        .replace('inStock: Int', 'related: Hidden @tag(name: "public") inStock: Int')
        .concat(' type Hidden { id: ID! }'),
    });
    const { shop: whole } = world.subgraphs;
    if (whole) await world.swap(compose([whole, broken]));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await post(paths.whole, { query: '{ products { related { id } } }' })).toMatchObject(invalid);
    expect((await post(paths.public, { query: bodies.stock })).data).toHaveProperty('products');
    await broken.stop();
  });
});
