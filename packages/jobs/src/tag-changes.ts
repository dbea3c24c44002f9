import { randomUUID } from 'node:crypto';
import { changeKeptSeconds, changeKey } from '@studymate/runtime';
import type { Redis } from 'ioredis';

/** What could not be told is remembered up to this; beyond it, what is cached ends with its time. */
const maxUntold = 10_000;
/** Nobody waits longer than this for caches to have forgotten. */
const patienceMs = 250;

/**
 * Notes changes of tags in Redis, where caches look before they use what they have. What Redis could not be told is
 * told when it is back.
 */
export function createTagChanges(redis: Redis) {
  const untold = new Set<string>();

  const tell = async (): Promise<void> => {
    const tags = [...untold];
    if (tags.length === 0) return;
    const version = randomUUID();
    const writes = redis.multi();
    for (const tag of tags) writes.set(changeKey(tag), version, 'EX', changeKeptSeconds);
    try {
      await writes.exec();
      for (const tag of tags) untold.delete(tag);
    } catch {
      // Told with the next change, or when Redis is back.
    }
  };
  redis.on('ready', () => void tell());

  return async (tags: readonly string[]): Promise<void> => {
    for (const tag of tags) untold.add(tag);
    for (const tag of untold) {
      if (untold.size <= maxUntold) break;
      untold.delete(tag);
    }
    let timer: NodeJS.Timeout | undefined;
    const outOfPatience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([tell(), outOfPatience]);
    clearTimeout(timer);
  };
}
