import { describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { startWorld } from '../world.ts';

const books = [1, 2, 3].map((number) => ({ id: `b${number}`, title: `Book ${number}` }));
const library = {
  name: 'library',
  sdl: `
    type Query { books: [Book!]! shelf: Shelf }
    type Shelf { books: [Book!]! }
    type Book @key(fields: "id") { id: ID! title: String! }
  `,
  resolvers: { Query: { books: () => books, shelf: () => ({ books: [books[2], books[0], books[2]] }) } },
};
const ratings = {
  name: 'ratings',
  sdl: `
    type Query { best: Int! average: Float }
    type Mutation { rate(stars: Int!): Int }
    type Book @key(fields: "id") { id: ID! stars: Int strict: Int! }
  `,
  resolvers: {
    Query: { best: () => 5, average: () => 4.5 },
    Mutation: { rate: (_root: unknown, { stars }: { stars: number }) => stars },
    Book: {
      stars: ({ id }: { id: string }) => {
        if (id === 'b3')
          throw new GraphQLError('No stars yet.', { extensions: { code: 'NOT_FOUND', serviceName: 'x' } });
        return 4;
      },
      strict: ({ id }: { id: string }) => {
        if (id === 'b1') throw new Error('SELECT failed: postgres://user:secret@10.0.0.1/db');
        return 1;
      },
    },
  },
};

const traffic = { queryTimeoutMs: 300, mutationTimeoutMs: 300, circuit: { failures: 3, openMs: 700 } };
const world = await startWorld({ subgraphs: [library, ratings], config: { traffic, errors: 'known-codes' } });
const ratingsSubgraph = world.subgraphs.ratings;
if (!ratingsSubgraph) throw new Error('No ratings.');

const errorsOf = (answer: Awaited<ReturnType<typeof world.ask>>) =>
  answer.errors?.map(({ path, message, extensions }) => ({
    path: path?.join('.'),
    message,
    code: extensions.code,
  }));

const healed = async () => {
  ratingsSubgraph.mode = 'answer';
  for (let tries = 0; tries < 30; tries++) {
    if (!(await world.ask('{ average }')).errors) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The circuit did not close.');
};

describe('a failing subgraph', () => {
  it("hydrates a subgraph's errors to every place the entity has in the response", async () => {
    const answer = await world.ask('{ shelf { books { id stars } } }');
    expect(answer.data).toEqual({
      shelf: {
        books: [
          { id: 'b3', stars: null },
          { id: 'b1', stars: 4 },
          { id: 'b3', stars: null },
        ],
      },
    });
    expect(errorsOf(answer)).toEqual([
      { path: 'shelf.books.0.stars', message: 'No stars yet.', code: 'NOT_FOUND' },
      { path: 'shelf.books.2.stars', message: 'No stars yet.', code: 'NOT_FOUND' },
    ]);
    expect(JSON.stringify(answer.errors)).not.toContain('serviceName');
    // The same book twice is asked for once.
    expect(ratingsSubgraph.received.at(-1)?.body.variables).toMatchObject({
      representations: [{ id: 'b3' }, { id: 'b1' }],
    });
  });

  it('masks what it does not know, and bubbles the null', async () => {
    const answer = await world.ask('{ books { id r: strict } }');
    expect(answer.data).toBeNull();
    expect(errorsOf(answer)).toEqual([{ path: 'books.0.r', message: 'Internal error', code: 'INTERNAL' }]);
    expect(JSON.stringify(answer)).not.toMatch(/postgres|SELECT|10\.0\.0\.1/);
    expect(answer.errors?.[0]?.extensions.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it.each(['hang', 'break'] as const)('loses only its own fields when it does: %s', async (mode) => {
    await healed();
    ratingsSubgraph.mode = mode;
    const startedAt = performance.now();
    const answer = await world.ask('{ average books { id title stars } }');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(answer.data).toEqual({ average: null, books: books.map((book) => ({ ...book, stars: null })) });
    expect(new Set(errorsOf(answer)?.map(({ code }) => code))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(
      errorsOf(answer)
        ?.map(({ path }) => path)
        .toSorted(),
    ).toEqual(['average', 'books.0.stars', 'books.1.stars', 'books.2.stars']);
    expect(answer.errors?.[0]?.extensions.service).toBe('ratings');
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|ECONN|<h1>|http:/);
    await healed();
  });

  it('is not asked while its circuit is open, and is tried again after', async () => {
    await healed();
    ratingsSubgraph.mode = 'break';
    for (let tries = 0; tries < 3; tries++) await world.ask('{ average }');
    // The gateway itself asks meanwhile whether it is back.
    const asked = () => ratingsSubgraph.received.filter(({ body }) => body.query?.includes('average')).length;
    const before = asked();
    expect(errorsOf(await world.ask('{ average }'))).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
    expect(asked()).toBe(before);
    await healed();
    expect((await world.ask('{ average }')).data).toEqual({ average: 4.5 });
  });

  it('answers null for all data when a root field that must not be null is lost', async () => {
    await healed();
    ratingsSubgraph.mode = 'break';
    const answer = await world.ask('{ best books { id } }');
    expect(answer.data).toBeNull();
    expect(errorsOf(answer)).toEqual([
      { path: 'best', message: 'The subgraph ratings is unavailable.', code: 'UPSTREAM_UNAVAILABLE' },
    ]);
    await healed();
  });

  it('runs mutations one after the other', async () => {
    await healed();
    const answer = await world.ask('mutation { first: rate(stars: 1) second: rate(stars: 2) }');
    expect(answer.data).toEqual({ first: 1, second: 2 });
  });
});
