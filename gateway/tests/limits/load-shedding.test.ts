import { describe, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const waiting: (() => void)[] = [];
const subgraphs = [
  {
    name: 'a',
    sdl: 'type Query { quick: Int slow: Int }',
    resolvers: {
      Query: {
        quick: () => 1,
        slow: () => new Promise((resolve) => waiting.push(() => resolve(2))),
      },
    },
  },
];
const world = await startWorld({ subgraphs, config: { maxInFlight: 3 } });
const punctual = await startWorld({ subgraphs, config: { maxEventLoopDelayMs: 120 } });
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const quickStatus = async () => (await punctual.ask('{ quick }')).status;

describe('too much at once', () => {
  it('is turned away until there is room, and told when to come back', async () => {
    const slow = Array.from({ length: 3 }, () => world.ask('{ slow }'));
    await until(() => waiting.length === 3);
    const before = world.fetches();
    const refused = await world.ask('{ quick }');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    expect(world.fetches()).toBe(before);
    for (const go of waiting) go();
    expect((await Promise.all(slow)).map(({ data }) => data)).toEqual(Array(3).fill({ slow: 2 }));
    expect((await world.ask('{ quick }')).status).toBe(200);
  });
});

describe('an event loop that is late', () => {
  it('turns requests away, and takes them again once it keeps up', async () => {
    let isBusy = true;
    const work = async () => {
      while (isBusy) {
        const end = performance.now() + 250;
        while (performance.now() < end);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const working = work();
    const statuses: number[] = [];
    for (let count = 0; count < 60 && !statuses.includes(503); count++) statuses.push(await quickStatus());
    isBusy = false;
    await working;
    expect(statuses.at(-1)).toBe(503);
    let status = 503;
    while (status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      status = await quickStatus();
    }
    expect(status).toBe(200);
  });
});
