import type { Redis } from 'ioredis';

/** Deletes every key of Redis whose name has the text in it: what caches keep for a user, and word of their changes. */
export async function forgetKeys(redis: Redis, text: string): Promise<void> {
  for await (const page of redis.scanStream({ match: `*${text}*`, count: 1_000 })) {
    const keys = page as string[];
    if (keys.length > 0) await redis.unlink(...keys);
  }
}
