import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startIssuer, trusting } from '../tokens.ts';
import { compose, startSubgraph, startWorld } from '../world.ts';

const folder = await mkdtemp(join(tmpdir(), 'operations-'));
afterAll(() => rm(folder, { recursive: true }));
await mkdir(folder, { recursive: true });
await writeFile(
  join(folder, 'shop.json'),
  JSON.stringify({ registered: 'query Registered { book { title } }' }),
);

const issuer = await startIssuer();
const book = { id: '1', title: 'Emma', price: 7, secret: 8 };
const one = {
  name: 'one',
  sdl: `
    type Query { book: Book }
    type Book @key(fields: "id") { id: ID! title: String secret: Int @authenticated }
  `,
  resolvers: { Query: { book: () => book } },
};
const two = {
  name: 'two',
  sdl: 'type Query { added: Int } type Book @key(fields: "id") { id: ID! price: Int }',
  resolvers: { Query: { added: () => 1 }, Book: { price: () => 7 } },
};
const world = await startWorld({
  subgraphs: [one],
  config: { identity: trusting(issuer), operations: { folder } },
});
const added = await startSubgraph(two);
afterAll(() => added.stop());
const small = compose(Object.values(world.subgraphs));
const large = compose([...Object.values(world.subgraphs), added]);
const bearer = await issuer.bearer();

const hasAdded = async () => (await world.ask('{ added }')).status === 200;
const swapTo = async (supergraph: string) => {
  await world.swap(supergraph);
  const startedAt = performance.now();
  while ((await hasAdded()) !== (supergraph === large)) {
    if (performance.now() - startedAt > 15_000) throw new Error('The supergraph was not taken into service.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Operations that were planned, and requests that took the whole way, so far. */
async function countPlanning(): Promise<{ planned: number; anew: number }> {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  const total = (pattern: RegExp) =>
    [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
  return {
    planned: total(/^gateway_plan_cache_total\{outcome="miss"[^}]*\} (\d+)$/gm),
    anew: total(/^gateway_requests_total\{[^}]*lane="new"[^}]*\} (\d+)$/gm),
  };
}

describe('a swap of the supergraph', () => {
  it('has planned what is registered and what was asked, for each kind of viewer, before it happens', async () => {
    const hot = 'query Hot { book { title secret } }';
    const asked = async () => [
      (await world.ask('query Registered { book { title } }')).data,
      (await world.ask(hot)).data,
      (await world.ask(hot, { headers: bearer })).data,
    ];
    const answers = [
      { book: { title: 'Emma' } },
      { book: { title: 'Emma', secret: null } },
      { book: { title: 'Emma', secret: 8 } },
    ];
    expect(await asked()).toEqual(answers);
    await swapTo(large);
    const before = await countPlanning();
    expect(await asked()).toEqual(answers);
    expect(await countPlanning()).toEqual(before);
    // And the counts do count.
    expect((await world.ask('query Cold { book { price } }')).data).toEqual({ book: { price: 7 } });
    expect(await countPlanning()).toEqual({ planned: before.planned + 1, anew: before.anew + 1 });
    await swapTo(small);
    expect((await world.ask('query Cold { book { price } }')).status).toBe(400);
  });

  it('fails no request, however often it happens', async () => {
    const failures: unknown[] = [];
    let answered = 0;
    let isOver = false;
    const reader = async (number: number) => {
      for (let round = 0; !isOver; round++) {
        // Some texts are known, some have never been met.
        const query =
          round % 3 === 0 ? `query R${number}x${round} { book { id title } }` : '{ book { id title } }';
        const answer = await world.ask(query).catch((error: unknown) => error);
        const isGood = answer instanceof Error ? false : (answer as { status: number }).status === 200;
        if (isGood) answered += 1;
        else failures.push(answer);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const readers = Array.from({ length: 8 }, (_, number) => reader(number));
    for (let swap = 0; swap < 3; swap++) {
      await swapTo(large);
      await world.swap('type Query {');
      await new Promise((resolve) => setTimeout(resolve, 600));
      await swapTo(small);
    }
    isOver = true;
    await Promise.all(readers);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
  });
});
