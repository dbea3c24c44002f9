import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { createLogger, redisUrlOf } from '@studymate/runtime';
import { connectCounters, createRateLimiter } from './rate-limiter.ts';

const rate = { requests: 1_000, seconds: 60 };
/** In the middle of a window. */
const now = () => new Date(1_800_000_030_000);
const stops: (() => Promise<void>)[] = [];

async function startLimiter() {
  const redis = connectCounters(redisUrlOf());
  await new Promise((resolve) => redis.once('ready', resolve));
  const asked = jest.spyOn(redis, 'countUse');
  const limiter = createRateLimiter(redis, createLogger('test'), now);
  stops.push(async () => {
    await limiter.stop();
    redis.disconnect();
  });
  return { ...limiter, redis, asked };
}

afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
});

describe('a rate limiter', () => {
  it('asks for few uses of a caller who is far from its rate, and counts them all', async () => {
    const { take, asked } = await startLimiter();
    const key = randomUUID();
    let left = rate.requests;
    for (let use = 0; use < 200; use++) left = (await take(key, rate)).remaining;
    expect(left).toBe(800);
    expect(asked.mock.calls.length).toBeLessThan(50);
  });

  it('lets a fiftieth too many through at most, over two gateways', async () => {
    const limiters = [await startLimiter(), await startLimiter()];
    const key = randomUUID();
    let passed = 0;
    for (let use = 0; use < 650; use++) {
      const answers = await Promise.all(limiters.map(({ take }) => take(key, rate)));
      passed += answers.filter(({ isAllowed }) => isAllowed).length;
    }
    expect(passed).toBeGreaterThanOrEqual(1_000);
    expect(passed).toBeLessThanOrEqual(1_020);
  });

  it.each([
    ['in time', false],
    ['as it stops', true],
  ])(
    'tells the others what passed, %s',
    async (_when, isStopped) => {
      const { take, stop, redis } = await startLimiter();
      const other = await startLimiter();
      const key = randomUUID();
      for (let use = 0; use < 10; use++) await take(key, rate);
      if (isStopped) await stop();
      const shared = () => redis.get(`{rate:${key}}:60:${Math.floor(now().getTime() / 60_000)}`);
      while (!isStopped && (await shared()) !== '10') await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await other.take(key, rate)).remaining).toBe(rate.requests - 11);
    },
    30_000,
  );
});
