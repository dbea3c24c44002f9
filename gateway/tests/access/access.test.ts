import { describe, expect, it } from '@jest/globals';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const issuer = await startIssuer();
const users = [
  { id: '1', name: 'Ada', email: 'ada@x', nid: 'n1', __typename: 'User' },
  { id: '2', name: 'Bo', email: 'bo@x', nid: 'n2', __typename: 'User' },
];
const secret = { id: 's', code: 7, __typename: 'Secret' };

const people = {
  name: 'people',
  sdl: `
    interface Node { id: ID! }
    interface Named { name: String }
    union Thing = User | Secret
    type Query {
      me: User
      users: [User!]!
      named: Named
      things: [Thing]
      guarded: Int @authenticated
      strict: Int! @authenticated
    }
    type Mutation { rename(name: String!): User @requiresScopes(scopes: [["study:write"]]) }
    type User implements Node & Named @key(fields: "id") {
      id: ID!
      name: String @authenticated
      email: String @requiresScopes(scopes: [["user:read", "admin:users"], ["quiz:take"]])
      nid: String @policy(policies: [["self_or_admin"]])
      unknown: Int @policy(policies: [["nobody_knows"]])
    }
    type Secret implements Node @key(fields: "id") @authenticated { id: ID! code: Int }
  `,
  resolvers: {
    Query: {
      me: () => users[0],
      users: () => users,
      named: () => users[0],
      things: () => [users[0], secret],
      guarded: () => 1,
      strict: () => 2,
    },
    Mutation: { rename: () => users[0] },
    User: {
      unknown: () => 1,
      __resolveReference: ({ id }: { id: string }) => users.find((user) => user.id === id),
    },
  },
};
const marks = {
  name: 'marks',
  sdl: `
    type User @key(fields: "id") {
      id: ID!
      name: String @external
      grade: Int @requiresScopes(scopes: [["quiz:grade"]])
      badge: String @requires(fields: "name") @authenticated
      open: Int
    }
  `,
  resolvers: {
    User: { grade: () => 5, open: () => 9, badge: ({ name }: { name: string }) => `badge of ${name}` },
  },
};

const world = await startWorld({
  subgraphs: [people, marks],
  config: { identity: trusting(issuer), policies: { self_or_admin: 'authenticated' } },
});
const learner = await issuer.bearer();
const reader = await issuer.bearer({ scope: 'user:read' });
const admin = await issuer.bearer({ scope: 'user:read admin:users quiz:grade study:write' });

const codesOf = (answer: Awaited<ReturnType<typeof world.ask>>) =>
  answer.errors?.map(({ extensions }) => extensions.code);

describe('access', () => {
  it('nulls a refused field and tells why at its path, and fetches the rest', async () => {
    const answer = await world.ask('{ me { id name } guarded }');
    expect(answer.data).toEqual({ me: { id: '1', name: null }, guarded: null });
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['me', 'name'], 'UNAUTHENTICATED'],
      [['guarded'], 'UNAUTHENTICATED'],
    ]);
    expect(world.subgraphs.people?.received.at(-1)?.body.query).not.toMatch(/name|guarded/);
  });

  it('asks no subgraph when everything is refused', async () => {
    const before = world.fetches();
    expect((await world.ask('{ guarded }')).data).toEqual({ guarded: null });
    expect(world.fetches()).toBe(before);
  });

  it('lets a refused non-null field take its parent with it', async () => {
    const answer = await world.ask('{ strict me { id } }');
    expect(answer.data).toBeNull();
    expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
  });

  it('reads scopes as an OR of ANDs', async () => {
    const email = '{ me { email } }';
    expect((await world.ask(email, { headers: learner })).data).toEqual({ me: { email: 'ada@x' } });
    expect((await world.ask(email, { headers: admin })).data).toEqual({ me: { email: 'ada@x' } });
    const refused = await world.ask(email, { headers: reader });
    expect(refused.data).toEqual({ me: { email: null } });
    expect(codesOf(refused)).toEqual(['FORBIDDEN']);
  });

  it('decides policies by name, and refuses one it does not know', async () => {
    expect((await world.ask('{ me { nid } }', { headers: learner })).data).toEqual({ me: { nid: 'n1' } });
    expect((await world.ask('{ me { nid } }')).data).toEqual({ me: { nid: null } });
    expect((await world.ask('{ me { unknown } }', { headers: admin })).data).toEqual({
      me: { unknown: null },
    });
  });

  it.each([
    ['alias', '{ me { x: name } }', { me: { x: null } }],
    ['inline fragment', '{ me { ... { name } } }', { me: { name: null } }],
    ['typed inline fragment', '{ me { ... on User { name } } }', { me: { name: null } }],
    ['named fragment', '{ me { ...f } } fragment f on User { name }', { me: { name: null } }],
    [
      'fragment in a fragment',
      '{ me { ...f } } fragment f on User { ...g } fragment g on User { name }',
      { me: { name: null } },
    ],
    ['interface', '{ named { name } }', { named: { name: null } }],
    ['fragment on an interface', '{ me { ... on Named { name } } }', { me: { name: null } }],
    ['object behind an interface', '{ named { ... on User { name } } }', { named: { name: null } }],
    [
      'union',
      '{ things { ... on User { name } ... on Secret { code } } }',
      { things: [{ name: null }, { code: null }] },
    ],
    ['interface in a union', '{ things { ... on Named { name } } }', { things: [{ name: null }, {}] }],
    ['include', '{ me { name @include(if: true) } }', { me: { name: null } }],
    ['skipped once, asked once', '{ me { name @skip(if: true) name } }', { me: { name: null } }],
    ['list', '{ users { name } }', { users: [{ name: null }, { name: null }] }],
    ['entity join', '{ me { id grade } }', { me: { id: '1', grade: null } }],
    ['requires', '{ me { badge } }', { me: { badge: null } }],
    ['type behind an interface', '{ things { ... on Node { id } } }', { things: [null, null] }],
  ])('holds for %s', async (_name, query, data) => {
    const answer = await world.ask(query);
    expect(answer.data).toEqual(data);
    expect(codesOf(answer)?.every((code) => code === 'UNAUTHENTICATED')).toBe(true);
    expect(codesOf(answer)).not.toHaveLength(0);
  });

  it('holds where @include depends on a variable, and says nothing of what is not included', async () => {
    const query = 'query ($v: Boolean!) { me { id name @include(if: $v) } }';
    expect((await world.ask(query, { variables: { v: true } })).data).toEqual({
      me: { id: '1', name: null },
    });
    const left = await world.ask(query, { variables: { v: false } });
    expect(left).toMatchObject({ data: { me: { id: '1' } }, errors: undefined });
  });

  it('names the place in a list where a field was withheld', async () => {
    const { errors } = await world.ask('{ users { id name } }');
    expect(errors?.map(({ path }) => path)).toEqual([['users', 0, 'name']]);
  });

  it('refuses a mutation before it happens', async () => {
    const before = world.fetches();
    const answer = await world.ask('mutation { rename(name: "x") { id } }', { headers: learner });
    expect(answer.data).toEqual({ rename: null });
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(world.fetches()).toBe(before);
  });

  it.each([
    ['the privileged first', true],
    ['the anonymous first', false],
  ])('never serves one viewer by the plan of another: %s', async (name, privilegedFirst) => {
    const query = `query ${name.replaceAll(' ', '_')} { me { id grade email } }`;
    const asPrivileged = async () => {
      expect((await world.ask(query, { headers: admin })).data).toEqual({
        me: { id: '1', grade: 5, email: 'ada@x' },
      });
    };
    const asNobody = async () => {
      expect((await world.ask(query)).data).toEqual({ me: { id: '1', grade: null, email: null } });
    };
    for (let round = 0; round < 3; round++) {
      await (privilegedFirst ? asPrivileged() : asNobody());
      await (privilegedFirst ? asNobody() : asPrivileged());
    }
  });

  it('keeps federation fields off the public schema', async () => {
    expect((await world.ask('{ _service { sdl } }')).status).toBe(400);
    expect((await world.ask('{ _entities(representations: []) { __typename } }')).status).toBe(400);
  });
});
