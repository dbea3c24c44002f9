import { describe, expect, it } from '@jest/globals';
import { type SubgraphDefinition, startWorld } from '../world.ts';

const books: SubgraphDefinition = {
  name: 'books',
  sdl: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! title: String }',
  resolvers: { Query: { book: () => ({ id: '1', title: 'Emma' }) } },
  headers: { 'x-region': 'eu', 'x-secret': 'of books', 'x-shelf': ['a', 'b', 'a'] },
};
const prices: SubgraphDefinition = {
  name: 'prices',
  sdl: 'type Book @key(fields: "id") { id: ID! price: Int }',
  resolvers: { Book: { price: () => 7 } },
  headers: { 'x-region': 'us', 'x-shelf': 'c' },
};
const subgraphs = [books, prices];

const world = await startWorld({
  subgraphs,
  config: {
    traffic: { deduplicate: true },
    headers: {
      '*': {
        propagate: ['Accept-Language', 'x-tenant'],
        insert: { 'x-gateway': 'ours', 'x-stage': 'all' },
        answer: ['x-region'],
      },
      books: { answer: ['x-shelf'] },
      prices: {
        propagate: ['x-currency'],
        insert: { 'x-stage': 'prices', 'x-tenant': 'fixed' },
        remove: ['accept-language', 'x-gateway'],
      },
    },
  },
});
const plain = await startWorld({ subgraphs });

const sent = {
  'accept-language': 'ko',
  'x-tenant': 'kim',
  'x-currency': 'won',
  'x-gateway': 'theirs',
  'x-other': 'more',
};
const names = [...Object.keys(sent), 'x-stage'];
const both = '{ book { title price } }';

async function toldTo(name: string): Promise<object> {
  await world.ask(both, { headers: sent });
  const headers = world.subgraphs[name]?.received.at(-1)?.headers ?? {};
  return Object.fromEntries(names.flatMap((each) => (headers[each] ? [[each, headers[each]]] : [])));
}

describe('a subgraph', () => {
  it('is told the headers that all are', async () => {
    expect(await toldTo('books')).toEqual({
      'accept-language': 'ko',
      'x-tenant': 'kim',
      'x-gateway': 'ours',
      'x-stage': 'all',
    });
  });

  it('is told others by rules of its own, which go before what the client says', async () => {
    expect(await toldTo('prices')).toEqual({
      'x-tenant': 'fixed',
      'x-currency': 'won',
      'x-stage': 'prices',
    });
  });

  it('is told none without rules', async () => {
    await plain.ask(both, { headers: sent });
    for (const name of names.filter((each) => each !== 'accept-language'))
      expect(plain.subgraphs.books?.received.at(-1)?.headers).not.toHaveProperty(name);
  });
});

describe('a client', () => {
  const region = (headers: Headers) => headers.get('x-region')?.split(', ').toSorted();

  it('is told the named headers of the subgraphs that answered, and no others', async () => {
    const { headers } = await world.ask(both);
    expect(region(headers)).toEqual(['eu', 'us']);
    expect(headers.get('x-shelf')).toBe('a, b');
    expect(headers.has('x-secret')).toBe(false);
    const alone = await world.ask('{ book { title } }');
    expect(alone.headers.get('x-region')).toBe('eu');
  });

  it('is told them of an answer that it shares with others', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.ask(both)));
    for (const { headers } of answers) expect(region(headers)).toEqual(['eu', 'us']);
  });

  it('is told none without rules', async () => {
    const { headers } = await plain.ask(both);
    for (const name of ['x-region', 'x-shelf', 'x-secret']) expect(headers.has(name)).toBe(false);
  });
});

it.each(['content-length', 'Transfer-Encoding', 'host', 'connection', 'set-cookie', 'cache-control', 'x sm'])(
  'a rule may not name %s',
  async (name) => {
    for (const rule of [{ propagate: [name] }, { insert: { [name]: '1' } }, { answer: [name] }])
      await expect(startWorld({ subgraphs, config: { headers: { '*': rule } } })).rejects.toThrow(
        /headers\.\*/,
      );
  },
);

it('a rule may not insert what ends a header', async () => {
  const config = { headers: { '*': { insert: { 'x-a': 'b\r\nx-c: d' } } } };
  await expect(startWorld({ subgraphs, config })).rejects.toThrow(/headers\.\*/);
});
