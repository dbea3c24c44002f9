import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, it } from '@jest/globals';
import { asker, someViewer } from '@studymate/testkit';
import { parse } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { accessRules } from './access.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@requiresScopes", "@policy"])`;

const sdl = parse(`${link}
  type Query {
    plans: Int
    viewer: User
    secret: Int @authenticated
    either: Int @requiresScopes(scopes: [["quiz:author", "quiz:grade"], ["ai:admin"]])
  }
  type User @key(fields: "id") { id: ID! email: String @policy(policies: [["self_or_admin"]]) vault: Vault }
  type Vault @authenticated { gold: Int }
  type Plan @key(fields: "id") { id: ID! name: String }`);

const owner = someViewer();
const resolvers = {
  Query: {
    plans: () => 3,
    secret: () => 7,
    either: () => 9,
    viewer: () => ({ id: owner.id, email: 'ada@example.com', vault: { gold: 5 } }),
  },
  User: { __resolveReference: ({ id }: { id: string }) => ({ id, email: 'ada@example.com' }) },
  Plan: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Plus' }) },
};
const bare = buildSubgraphSchema({ typeDefs: sdl, resolvers });
const ask = asker(applyMiddleware(bare, accessRules(sdl, bare)), (viewer) => ({ viewer }));
const codes = async (...question: Parameters<typeof ask>) =>
  (await ask(...question)).errors.map(({ extensions }) => extensions.code);

describe('the door', () => {
  it('lets everybody at the public fields only', async () => {
    expect((await ask(null, '{ plans }')).data).toEqual({ plans: 3 });
    expect(await codes(null, '{ secret }')).toEqual(['UNAUTHENTICATED']);
    expect((await ask(owner, '{ secret }')).data).toEqual({ secret: 7 });
  });

  it('reads scopes as an OR of ANDs', async () => {
    const query = '{ either }';

    expect(await codes(null, query)).toEqual(['UNAUTHENTICATED']);
    expect(await codes(someViewer({ scopes: ['quiz:author'] }), query)).toEqual(['FORBIDDEN']);
    expect(await codes(someViewer({ scopes: ['quiz:author', 'quiz:grade'] }), query)).toEqual([]);
    expect(await codes(someViewer({ scopes: ['ai:admin'] }), query)).toEqual([]);
  });

  it('guards a type wherever it is reached', async () => {
    expect(await codes(null, '{ viewer { vault { gold } } }')).toEqual(['UNAUTHENTICATED']);
    expect((await ask(owner, '{ viewer { vault { gold } } }')).data.viewer.vault).toEqual({ gold: 5 });
  });

  it('shows private fields to their owner and to admins', async () => {
    const query = '{ viewer { email } }';

    expect((await ask(owner, query)).data.viewer.email).toBe('ada@example.com');
    expect(await codes(someViewer(), query)).toEqual(['FORBIDDEN']);
    expect(await codes(someViewer({ roles: ['ADMIN'] }), query)).toEqual([]);
  });

  it('guards entities that are reached by reference', async () => {
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { email } ... on Plan { name } } }';
    const user = { r: [{ __typename: 'User', id: owner.id }] };
    const plan = { r: [{ __typename: 'Plan', id: 'pln_1' }] };

    expect(await codes(null, query, user)).toEqual(['UNAUTHENTICATED']);
    expect(await codes(someViewer(), query, user)).toEqual(['FORBIDDEN']);
    expect((await ask(owner, query, user)).data._entities).toEqual([{ email: 'ada@example.com' }]);
    expect((await ask(null, query, plan)).data._entities).toEqual([{ name: 'Plus' }]);
  });

  it('refuses to be built over a root field that nobody has ruled on', () => {
    const open = parse(`${link} type Query { forgotten: Int }`);

    expect(() => accessRules(open, bare)).toThrow(/Query\.forgotten/);
  });
});
