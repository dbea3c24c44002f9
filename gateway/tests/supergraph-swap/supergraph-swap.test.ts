import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { compose, startSubgraph, startWorld } from '../world.ts';

const one = { name: 'one', sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } };
const two = { name: 'two', sdl: 'type Query { b: Int }', resolvers: { Query: { b: () => 2 } } };
const world = await startWorld({ subgraphs: [one] });
const added = await startSubgraph(two);

const until = async (condition: () => Promise<boolean>) => {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > 3_000) throw new Error('Nothing changed within 3 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

async function refusals(): Promise<number> {
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  return Number(/^gateway_supergraph_updates_total\{outcome="refused"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

describe('supergraph swap', () => {
  it('takes a new supergraph into service without losing a request', async () => {
    const supergraph = compose([...Object.values(world.subgraphs), added]);
    expect((await world.ask('{ b }')).status).toBe(400);
    await world.swap(supergraph);
    await until(async () => {
      const answer = await world.ask('{ a }');
      expect(answer).toMatchObject({ data: { a: 1 }, errors: undefined });
      return (await world.ask('{ a b }')).data?.b === 2;
    });
    await added.stop();
  });

  it.each(['type Query {', 'type Query { a: Int }', ''])(
    'keeps the last good one when the new one is %j',
    async (bad) => {
      const good = await readFile(world.supergraphFile, 'utf8');
      const before = await refusals();
      await world.swap(bad);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect((await world.ask('{ a }')).data).toEqual({ a: 1 });
      expect((await fetch(`${world.url}/ready/`)).status).toBe(200);
      await world.swap(good);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await refusals()).toBe(before + 1);
    },
  );

  it('follows a file that is mended after a bad one', async () => {
    await world.swap('nonsense');
    await new Promise((resolve) => setTimeout(resolve, 600));
    await world.swap(compose(Object.values(world.subgraphs)));
    await until(async () => (await world.ask('{ b }')).status === 400);
  });
});
