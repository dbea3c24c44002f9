import { describe, expect, it } from '@jest/globals';
import { startIssuer, trusting } from '../tokens.ts';
import { compose, startSubgraph, startWorld } from '../world.ts';

const issuer = await startIssuer();
const bearer = await issuer.bearer();

const user = { id: '1', email: 'ada@x', name: 'Ada', home: { __typename: 'Home', street: 'Elm' } };
/** What a subgraph needs of another's protected fields: as a key, and by `@requires`, at the root and deeper. */
const people = {
  name: 'people',
  sdl: `
    type Query { me: User users: [User] thing: Thing }
    union Thing = User | Vault
    type User @key(fields: "id") @key(fields: "email") {
      id: ID!
      email: String! @authenticated
      name: String
      home: Home
    }
    type Home { street: String @authenticated }
    type Vault @key(fields: "id") @authenticated { id: ID! }
  `,
  resolvers: {
    Query: { me: () => user, users: () => [user], thing: () => ({ __typename: 'Vault', id: 'v' }) },
    User: { __resolveReference: () => user },
    Vault: { __resolveReference: ({ id }: { id: string }) => ({ id }) },
  },
};
const letters = {
  name: 'letters',
  sdl: `
    type User @key(fields: "email") {
      email: String!
      unread: Int
      home: Home @external
      label: String @requires(fields: "home { street }") @authenticated
    }
    type Home { street: String @external }
    type Vault @key(fields: "id") { id: ID! content: String }
  `,
  resolvers: {
    User: {
      unread: ({ email }: { email: string }) => email.length,
      label: ({ home }: { home: { street: string } }) => `to ${home.street}`,
    },
    Vault: { content: () => 'gold' },
  },
};
const world = await startWorld({
  subgraphs: [people, letters],
  config: { identity: trusting(issuer) },
});
const asked = (subgraph: 'people' | 'letters') =>
  (world.subgraphs[subgraph]?.received ?? []).map(({ body }) => JSON.stringify(body)).join('\n');

describe('a protected field as a key', () => {
  it('joins what everybody may see, and is itself shown to nobody who may not', async () => {
    const answer = await world.ask('{ me { name unread } }');
    expect(answer).toMatchObject({ data: { me: { name: 'Ada', unread: 5 } }, errors: undefined });
    expect(asked('letters')).toContain('ada@x');
    const refused = await world.ask('{ users { unread email } }');
    expect(refused.data).toEqual({ users: [null] });
    expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(JSON.stringify([answer, refused])).not.toContain('ada@x');
    expect((await world.ask('{ me { email unread } }', { headers: bearer })).data).toEqual({
      me: { email: 'ada@x', unread: 5 },
    });
  });

  it.each([
    ['an alias', '{ me { x: email unread } }'],
    ['a fragment', '{ me { unread ...e } } fragment e on User { y: email }'],
    ['the name of another field', '{ me { name: email unread } }'],
    ['its own name given to another', '{ me { email: name unread } }'],
  ])('is neither shown nor shadowed by %s', async (_name, query) => {
    const answer = await world.ask(query);
    expect(JSON.stringify(answer)).not.toContain('ada@x');
    const { me } = (await world.ask(query, { headers: bearer })).data ?? {};
    expect(me).toMatchObject({ unread: 5 });
  });
});

describe('a protected field as an input of @requires', () => {
  it('is fetched only for who may see it', async () => {
    const refused = await world.ask('{ me { name label } }');
    expect(refused.data).toEqual({ me: { name: 'Ada', label: null } });
    expect(refused.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['me', 'label'], 'UNAUTHENTICATED'],
    ]);
    expect(asked('people')).not.toContain('street');
    expect(asked('letters')).not.toContain('label');
    expect((await world.ask('{ me { label } }', { headers: bearer })).data).toEqual({
      me: { label: 'to Elm' },
    });
  });

  it.each([
    ['under its own name', '"@authenticated"', '@authenticated'],
    ['under another name', '{ name: "@authenticated", as: "@members" }', '@members'],
  ])('does not compose when what requires it asks for less, %s', async (_name, imported, directive) => {
    const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", ${imported}])`;
    const owner = await startSubgraph({
      name: 'owner',
      sdl: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! secret: Int ${directive} }`,
      resolvers: {},
    });
    const open = await startSubgraph({
      name: 'open',
      sdl: `${link} type User @key(fields: "id") { id: ID! secret: Int @external shown: Int @requires(fields: "secret") }`,
      resolvers: {},
    });
    expect(() => compose([owner, open])).toThrow(/shown[\s\S]*does not specify necessary @authenticated/);
    await Promise.all([owner.stop(), open.stop()]);
  });
});

describe('a protected entity', () => {
  it('is joined by no subgraph for who may not see it', async () => {
    const before = asked('letters').length;
    const refused = await world.ask('{ thing { ... on Vault { content } } }');
    expect(refused.data).toEqual({ thing: { content: null } });
    expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(asked('letters')).toHaveLength(before);
    const allowed = await world.ask('{ thing { ... on Vault { content } } }', { headers: bearer });
    expect(allowed.data).toEqual({ thing: { content: 'gold' } });
  });
});
