import type { Redis } from 'ioredis';

const atOnce = 1_000;

/** Deletes every key of Redis whose name has the text in it: what caches keep for a user, and word of their changes. */
export async function forgetKeys(redis: Redis, text: string): Promise<void> {
  for await (const page of redis.scanStream({ match: `*${text}*`, count: atOnce })) {
    const keys = page as string[];
    if (keys.length > 0) await redis.unlink(...keys);
  }
  // Caches also list their keys by when they end.
  for await (const page of redis.scanStream({ match: '*:ends', type: 'zset', count: atOnce })) {
    for (const key of page as string[]) await forgetMembers(redis, key, text);
  }
}

async function forgetMembers(redis: Redis, key: string, text: string): Promise<void> {
  for await (const page of redis.zscanStream(key, { match: `*${text}*`, count: atOnce })) {
    // A page is members, each with its score behind it.
    const members = (page as string[]).filter((_value, index) => index % 2 === 0);
    if (members.length > 0) await redis.zrem(key, ...members);
  }
}
