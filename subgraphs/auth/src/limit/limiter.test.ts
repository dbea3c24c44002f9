import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fixedClock } from '@studymate/runtime';
import { connectRedis } from '../redis.ts';
import { createLimiter, retryAfterSeconds } from './limiter.ts';

const at = new Date('2026-03-01T10:00:00Z');
const later = (ms: number) => fixedClock(new Date(at.getTime() + ms));
const now = later(0);
const ten = { limit: 10, windowMs: 900_000 };

const redis = connectRedis(process.env.REDIS_URL ?? '');
beforeAll(() => redis.connect());
const gone = connectRedis('redis://127.0.0.1:1');
afterAll(() => {
  redis.disconnect();
  gone.disconnect();
});

describe.each([
  ['with Redis', () => createLimiter(redis)],
  ['without Redis', () => createLimiter(gone)],
])('limiter %s', (_where, make) => {
  const limiter = make();
  const grants = async (name: string, times: number, clock = now) => {
    const permits = await Promise.all(Array.from({ length: times }, () => limiter.take(name, ten, clock)));
    return permits.filter(({ granted }) => granted).length;
  };

  it('grants no more than the limit out of a parallel burst', async () => {
    expect(await grants(randomUUID(), 50)).toBe(10);
  });

  it('frees a use once it leaves the window, not before', async () => {
    const name = randomUUID();
    await grants(name, 10);
    expect(await grants(name, 1, later(ten.windowMs - 1))).toBe(0);
    expect(await grants(name, 1, later(ten.windowMs))).toBe(1);
  });

  it('says when to come back', async () => {
    const name = randomUUID();
    await grants(name, 10);
    const permit = await limiter.take(name, ten, later(60_000));
    expect(permit.granted).toBe(false);
    expect(retryAfterSeconds(permit, later(60_000))).toBe(840);
  });

  it('takes back a released use', async () => {
    const name = randomUUID();
    for (let round = 0; round < 30; round += 1) {
      const permit = await limiter.take(name, ten, now);
      expect(permit.granted).toBe(true);
      await permit.release();
    }
  });
});
