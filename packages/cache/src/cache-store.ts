import { randomUUID } from 'node:crypto';
import { changeKey, counter } from '@studymate/runtime';
import { Redis } from 'ioredis';

const defaultTimeoutMs = 100;
/** After a command that Redis did not answer in time it is left alone for this long. */
const restMs = 1_000;
/** Entries of a domain at most; those that end soonest give way. */
const maxEntries = 20_000;
const maxCharacters = 256 * 1024;
/** A tag is remembered for longer than what was kept under it. */
const tagMarginMs = 3_600_000;

/** Keeps a text unless its tags have changed, lets them live longer than it, and makes room. */
const keepScript = `
local now, ttl, version = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
for i = 3, #KEYS do version[i - 2] = redis.call('GET', KEYS[i]) or '' end
if table.concat(version, ',') ~= ARGV[3] then return end
redis.call('SET', KEYS[2], ARGV[3] .. '\\n' .. ARGV[4], 'PX', ttl)
redis.call('ZADD', KEYS[1], now + ttl, KEYS[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for i = 3, #KEYS do
  local left = redis.call('PTTL', KEYS[i])
  if left >= 0 and left < ttl + ${tagMarginMs} then redis.call('PEXPIRE', KEYS[i], ttl + ${tagMarginMs}) end
end
local over = redis.call('ZCARD', KEYS[1]) - ${maxEntries}
if over > 0 then
  local first = redis.call('ZPOPMIN', KEYS[1], over)
  for i = 1, #first, 2 do redis.call('DEL', first[i]) end
end
`;

const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

const failures = counter({
  name: 'cache_failures_total',
  help: 'Commands of a domain cache that Redis did not answer in time.',
});

/** Where a text stands, and the tags whose change ends it. */
export interface Place {
  readonly key: string;
  readonly tags: readonly string[];
}

/** What was found: nothing, or a text; and what was last said of the tags, which belongs into what is kept after it. */
export interface Reading {
  readonly text: string | null;
  readonly version: string;
}

function connect(url: string, timeoutMs: number): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeoutMs,
    connectTimeout: 500,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  redis.on('error', () => undefined);
  return redis;
}

/** Texts in Redis, each with the versions of its tags. Every answer is `undefined` while Redis is away or slow. */
export function createCacheStore(options: {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly timeoutMs?: number | undefined;
}) {
  const redis = connect(options.redisUrl, options.timeoutMs ?? defaultTimeoutMs);
  const ends = `${options.prefix}:ends`;
  let restsUntil = 0;

  const ask = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
    if (redis.status !== 'ready' || performance.now() < restsUntil) return undefined;
    try {
      return await send();
    } catch {
      failures.inc();
      restsUntil = performance.now() + restMs;
      return undefined;
    }
  };

  /** Gives every tag that nothing was ever said of a version, so that one that is forgotten differs from it. */
  const pin = async (tags: readonly string[], seconds: number): Promise<string | undefined> => {
    const keys = tags.map((tag) => changeKey(tag));
    const pinned = await ask(async () => {
      const writes = redis.multi();
      for (const key of keys) writes.set(key, randomUUID(), 'PX', seconds * 1_000 + tagMarginMs, 'NX');
      return writes.mget(...keys).exec();
    });
    const versions = pinned?.at(-1)?.[1] as readonly string[] | undefined;
    return versions?.join(',');
  };

  return {
    async look({ key, tags }: Place): Promise<Reading | undefined> {
      const values = await ask(() => redis.mget(key, ...tags.map((tag) => changeKey(tag))));
      if (!values) return undefined;
      const [kept, ...versions] = values;
      const version = versions.some((each) => each === null) ? '' : versions.join(',');
      const end = kept?.indexOf('\n') ?? -1;
      const isValid = kept && version !== '' && kept.slice(0, end) === version;
      return { text: isValid ? kept.slice(end + 1) : null, version };
    },
    pin,
    async keep({ key, tags }: Place, text: string, at: { version: string; ttlMs: number }): Promise<void> {
      if (text.length > maxCharacters) return;
      const keys = [ends, key, ...tags.map((tag) => changeKey(tag))];
      const values = [Date.now(), Math.round(at.ttlMs), at.version, text];
      await ask(() => redis.eval(keepScript, keys.length, ...keys, ...values));
    },
    /** True: the caller alone is to load. False: another process does. */
    async lock(name: string, token: string, ms: number): Promise<boolean | undefined> {
      const answer = await ask(() => redis.set(name, token, 'PX', ms, 'NX'));
      return answer === undefined ? undefined : answer === 'OK';
    },
    release: (name: string, token: string): Promise<unknown> =>
      ask(() => redis.eval(releaseScript, 1, name, token)),

    /** Deletes all keys that match; unlike the others it fails when Redis is away. */
    async deleteMatching(pattern: string): Promise<void> {
      for (let cursor = '0'; ; ) {
        const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
        if (keys.length > 0)
          await redis
            .multi()
            .del(...keys)
            .zrem(ends, ...keys)
            .exec();
        if (next === '0') return;
        cursor = next;
      }
    },
    stop: () => redis.disconnect(),
  };
}

export type CacheStore = ReturnType<typeof createCacheStore>;
