import { describe, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const typed = (id: string) => ({ __typename: 'Book', id });

const relay = {
  name: 'relay',
  sdl: `
    interface Node { id: ID! }
    type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! favourite: Book! }
    type Book implements Node @key(fields: "id", resolvable: false) { id: ID! }
  `,
  resolvers: {
    Query: {
      node: (_root: unknown, { id }: { id: string }) => typed(id),
      nodes: (_root: unknown, { ids }: { ids: string[] }) => ids.map(typed),
      favourite: () => typed('b9'),
    },
    Node: { __resolveType: () => 'Book' },
  },
};
const library = {
  name: 'library',
  sdl: `
    interface Node { id: ID! }
    type Query { libraries: Int }
    type Book implements Node @key(fields: "id") { id: ID! title: String! pages: Int author: Author }
    type Author { name: String! }
  `,
  resolvers: {
    Query: { libraries: () => 1 },
    Book: {
      __resolveReference: ({ id }: { id: string }) => {
        if (id === 'b8') throw new Error('The shelf fell over.');
        return id === 'b1'
          ? { id, title: 'Middlemarch', pages: 880, author: { name: 'George Eliot' } }
          : null;
      },
    },
  },
};

const world = await startWorld({ subgraphs: [relay, library] });
const selection = '{ id ... on Book { title pages author { name } } }';
const known = { id: 'b1', title: 'Middlemarch', pages: 880, author: { name: 'George Eliot' } };

describe('an entity that its subgraph does not know', () => {
  it('is null, and that is no error', async () => {
    expect(await world.ask(`{ node(id: "b9") ${selection} }`)).toMatchObject({
      data: { node: null },
      errors: undefined,
    });
  });

  it('is null in its place among others', async () => {
    const { data, errors } = await world.ask(`{ nodes(ids: ["b9", "b1", "b7"]) ${selection} }`);
    expect(data).toEqual({ nodes: [null, known, null] });
    expect(errors).toBeUndefined();
  });

  it('lacks what may be null', async () => {
    const { data, errors } = await world.ask('{ node(id: "b9") { id ... on Book { pages } } }');
    expect(data).toEqual({ node: { id: 'b9', pages: null } });
    expect(errors).toBeUndefined();
  });

  it('takes along what may not be null without it', async () => {
    const { data, errors } = await world.ask('{ favourite { title } }');
    expect(data).toBeNull();
    expect(errors).toBeUndefined();
  });

  it('is told apart from one that could not be read', async () => {
    const { data, errors } = await world.ask(`{ node(id: "b8") ${selection} }`);
    expect(data).toEqual({ node: null });
    expect(errors).toEqual([expect.objectContaining({ path: ['node'] })]);
  });
});
