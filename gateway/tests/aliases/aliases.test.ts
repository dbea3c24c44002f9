import { describe, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const users = [
  { id: '1', nid: '2', name: 'Ada', nickname: 'Lady', age: 36 },
  { id: '2', nid: '1', name: 'Bo', nickname: 'Bobo', age: 8 },
];

const subgraphs = [
  {
    name: 'accounts',
    sdl: `
      type Query { me: User users: [User!]! }
      type User @key(fields: "id") { id: ID! nid: ID! name: String! nickname: String! greeting(loud: Boolean): String! }
    `,
    resolvers: {
      Query: { me: () => users[0], users: () => users },
      User: {
        greeting: ({ name }: { name: string }, { loud }: { loud?: boolean }) => (loud ? `${name}!` : name),
      },
    },
  },
  {
    name: 'mail',
    sdl: `
      type User @key(fields: "id") {
        id: ID!
        greeting(loud: Boolean): String! @external
        email: String!
        letter: String! @requires(fields: "greeting(loud: true)")
        box(size: Int!): [String!]!
      }
    `,
    resolvers: {
      User: {
        email: ({ id }: { id: string }) => `${id}@x`,
        letter: ({ greeting }: { greeting: string }) => `Dear ${greeting}`,
        box: (_user: unknown, { size }: { size: number }) =>
          Array.from({ length: size }, (_, index) => `m${index}`),
      },
    },
  },
];

const worlds = {
  hive: await startWorld({ subgraphs, config: { planner: 'hive' } }),
  apollo: await startWorld({ subgraphs, config: { planner: 'apollo' } }),
};

describe.each(['hive', 'apollo'] as const)('aliases with the %s planner', (planner) => {
  const world = worlds[planner];

  it.each([
    ['{ me { id: nid email } }', { id: '2', email: '1@x' }],
    ['{ me { nid: id id: nid email } }', { nid: '1', id: '2', email: '1@x' }],
    ['{ me { id: name email } }', { id: 'Ada', email: '1@x' }],
    ['{ me { __typename: nickname email } }', { __typename: 'Lady', email: '1@x' }],
    ['{ me { kind: __typename email } }', { kind: 'User', email: '1@x' }],
    ['{ me { name: __typename id: __typename email } }', { name: 'User', id: 'User', email: '1@x' }],
    ['{ me { greeting(loud: false) letter } }', { greeting: 'Ada', letter: 'Dear Ada!' }],
    ['{ me { greeting: nickname letter } }', { greeting: 'Lady', letter: 'Dear Ada!' }],
    ['{ me { one: box(size: 1) two: box(size: 2) } }', { one: ['m0'], two: ['m0', 'm1'] }],
    ['{ me { email: nid real: email } }', { email: '2', real: '1@x' }],
    [
      '{ me { _entities: nid representations: id email } }',
      { _entities: '2', representations: '1', email: '1@x' },
    ],
    ['{ me { _e0: nid _client_id: nid email } }', { _e0: '2', _client_id: '2', email: '1@x' }],
    ['{ me { _client_id: nid id: name email } }', { _client_id: '2', id: 'Ada', email: '1@x' }],
    [
      '{ me { constructor: nid toString: id hasOwnProperty: name } }',
      { constructor: '2', toString: '1', hasOwnProperty: 'Ada' },
    ],
  ])('answers what %s asks', async (query, me) => {
    const answer = await world.ask(query);
    expect(answer).toMatchObject({ errors: undefined, data: { me } });
    expect(Object.keys(answer.data?.me ?? {})).toEqual(Object.keys(me));
  });

  it('takes __proto__ for a name like any other', async () => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __proto__: me { __proto__: nid email } }' }),
    });
    expect(await response.text()).toBe('{"data":{"__proto__":{"__proto__":"2","email":"1@x"}}}');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('keeps lists apart', async () => {
    const { data } = await world.ask('{ users { id: nid nid: id email } }');
    expect(data).toEqual({
      users: [
        { id: '2', nid: '1', email: '1@x' },
        { id: '1', nid: '2', email: '2@x' },
      ],
    });
  });
});
