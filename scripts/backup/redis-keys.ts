import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Redis } from 'ioredis';
import { z } from 'zod';

const keySchema = z.object({ key: z.base64(), expiresAt: z.int(), value: z.base64() });

/**
 * What must not outlive the moment: caches and their word of changes, where each log stood, and the marks by which the
 * outboxes would believe that Redis still has what they handed over.
 */
const momentary = /:cache\}|:(written|memory):/;

const connect = (url: string) => new Redis(url, { maxRetriesPerRequest: 3 });
const prefix = () => process.env.QUEUE_PREFIX ?? 'studymate';

async function* listKeys(redis: Redis): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const page of redis.scanStream({ match: '*', count: 500 })) {
    for (const key of page as string[]) {
      if (seen.has(key) || momentary.test(key)) continue;
      seen.add(key);
      yield key;
    }
  }
}

/** Writes each key as Redis itself packs it (`DUMP`), with the instant at which it ends; answers how many. */
export async function dumpRedis(url: string, file: string): Promise<number> {
  const redis = connect(url);
  let keys = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const key of listKeys(redis)) {
      const [value, lifetime] = await Promise.all([redis.dumpBuffer(key), redis.pttl(key)]);
      if (value === null) continue;
      keys += 1;
      const line = {
        key: Buffer.from(key).toString('base64'),
        expiresAt: lifetime < 0 ? 0 : Date.now() + lifetime,
        value: value.toString('base64'),
      };
      yield `${JSON.stringify(line)}\n`;
    }
  }
  try {
    await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(file));
    return keys;
  } finally {
    redis.disconnect();
  }
}

/** Whether Redis holds anything. */
export async function holdsKeys(url: string): Promise<boolean> {
  const redis = connect(url);
  try {
    return (await redis.dbsize()) > 0;
  } finally {
    redis.disconnect();
  }
}

/** Replaces what Redis holds under our prefixes by the keys of a backup, but those whose time is over; answers how many. */
export async function restoreRedis(url: string, file: string): Promise<number> {
  const redis = connect(url);
  try {
    for await (const page of redis.scanStream({ match: `{${prefix()}*`, count: 500 })) {
      const keys = page as string[];
      if (keys.length > 0) await redis.unlink(...keys);
    }
    let restored = 0;
    for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
      const { key, expiresAt, value } = keySchema.parse(JSON.parse(line));
      if (expiresAt !== 0 && expiresAt <= Date.now()) continue;
      const bytes = Buffer.from(value, 'base64');
      await redis.restore(Buffer.from(key, 'base64'), expiresAt, bytes, 'REPLACE', 'ABSTTL');
      restored += 1;
    }
    return restored;
  } finally {
    redis.disconnect();
  }
}
