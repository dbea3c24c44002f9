import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config.ts';
import { startWorld } from '../world.ts';

const books = {
  name: 'books',
  sdl: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! title: String }',
  resolvers: { Query: { book: () => ({ id: '1', title: 'Persuasion' }) } },
};
const prices = {
  name: 'prices',
  sdl: 'type Book @key(fields: "id") { id: ID! price: Int }',
  resolvers: { Book: { __resolveReference: ({ id }: { id: string }) => ({ id, price: 5 }) } },
};
const token = 'a-token-that-nobody-guesses-0123456789';
const cost = { max: 1_000, listSize: 10 };
const world = await startWorld({
  subgraphs: [books, prices],
  config: { cost },
  environment: { GATEWAY_DEBUG_TOKEN: token },
});
const closed = await startWorld({ subgraphs: [books, prices], config: { cost } });

interface Debug {
  readonly planner: string;
  readonly plan: { root: object };
  readonly cost: number;
  readonly durationMs: number;
  readonly fetches: { subgraph: string; startedAt: number; durationMs: number; outcome: string }[];
}
const query = '{ book { title price } }';
const ask = async (url: string, headers: Record<string, string>) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data: unknown; extensions?: { debug: Debug } };
};
const asking = { 'x-studymate-debug': 'plan', 'x-studymate-debug-token': token };
const data = { book: { title: 'Persuasion', price: 5 } };

describe('the plan of an answer', () => {
  it('is shown to who proves with the token that they may see it, met before or not', async () => {
    for (let round = 0; round < 2; round++) {
      const answer = await ask(world.url, asking);
      expect(answer.data).toEqual(data);
      const { debug } = answer.extensions ?? {};
      expect(debug?.fetches.map(({ subgraph, outcome }) => `${subgraph} ${outcome}`)).toEqual([
        'books answered',
        'prices answered',
      ]);
      const [first, second] = debug?.fetches ?? [];
      expect(second?.startedAt).toBeGreaterThanOrEqual(
        (first?.startedAt ?? 0) + (first?.durationMs ?? 0) - 0.1,
      );
      expect(debug).toMatchObject({ planner: 'hive', cost: 1, plan: { root: { kind: 'sequence' } } });
      expect(JSON.stringify(debug?.plan)).toContain('_entities');
    }
  });

  it('says which subgraph failed', async () => {
    const { prices: subgraph } = world.subgraphs;
    if (subgraph) subgraph.mode = 'break';
    const answer = await ask(world.url, asking);
    if (subgraph) subgraph.mode = 'answer';
    expect(answer.extensions?.debug.fetches.at(-1)).toMatchObject({ subgraph: 'prices', outcome: 'failed' });
  });

  it.each([
    ['no token', { 'x-studymate-debug': 'plan' }],
    ['another token', { ...asking, 'x-studymate-debug-token': `${token}0` }],
    ['an empty token', { ...asking, 'x-studymate-debug-token': '' }],
    ['the token alone', { 'x-studymate-debug-token': token }],
  ])('is not shown with %s', async (_name, headers) => {
    expect(await ask(world.url, headers)).toEqual({ data });
  });

  it('is shown to nobody where no token is set', async () => {
    for (const given of [token, '', 'null']) {
      expect(await ask(closed.url, { ...asking, 'x-studymate-debug-token': given })).toEqual({ data });
    }
  });

  it('needs a strong token in production', () => {
    const start = (GATEWAY_DEBUG_TOKEN: string) =>
      readConfig({ NODE_ENV: 'production', GATEWAY_DEBUG_TOKEN }, { supergraph: 'any.graphql' });
    expect(() => start('plan')).toThrow(/GATEWAY_DEBUG_TOKEN is too weak/);
    expect(() => start('a'.repeat(40))).toThrow(/GATEWAY_DEBUG_TOKEN is too weak/);
    expect(start(token).debugToken).toBe(token);
    expect(start('').debugToken).toBeNull();
  });
});
