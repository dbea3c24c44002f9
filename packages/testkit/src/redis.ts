import { Redis } from 'ioredis';

/** The Redis of this test run. Never a default server: without a test run it throws. */
export function testRedisUrl(): string {
  const url = process.env.TEST_DATABASE_SERVER === undefined ? undefined : process.env.REDIS_URL;
  if (url === undefined) throw new Error('There is no test Redis: run tests with `npm test` or `pnpm jest`.');
  return url;
}

/** Deletes every key that begins with the prefix, as an operator's mistake or a lost volume would. */
export async function wipeRedis(prefix: string): Promise<void> {
  const redis = new Redis(testRedisUrl());
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}
