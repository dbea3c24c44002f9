import {
  type Clock,
  cachePrefix,
  changeKey,
  counter,
  type Logger,
  maxCachedSeconds,
  systemClock,
} from '@studymate/runtime';
import { Redis } from 'ioredis';
import { createCircuitBreaker } from '../execution/circuit-breaker.ts';

export interface CacheBounds {
  /** Entries of all gateways together; those that end soonest give way. */
  readonly entries: number;
  /** Characters of an entry at most. */
  readonly entrySize: number;
  /** A look-up that takes longer is given up. */
  readonly timeoutMs: number;
}

/** What stands under a key, and what was said of its tags when it was looked up. */
export interface Lookup {
  readonly key: string;
  readonly tags: readonly string[];
}

export interface Found {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly keptAt: number;
  readonly endsAt: number;
}

/** The outcome of a look-up, by the lookup's place; `versions` belong into what is written after it. */
export interface Reading {
  readonly found: readonly (Found | null)[];
  readonly versions: readonly string[];
}

export interface Entry {
  readonly key: string;
  readonly text: string;
  /** Of the reading before the text was made: a change since then makes it worthless. */
  readonly version: string;
  readonly maxAgeSeconds: number;
}

/** Texts in Redis that end with their time or with a change of one of their tags, whichever is first. */
export interface CacheStore {
  /** Null while Redis is away or slow. */
  read(lookups: readonly Lookup[]): Promise<Reading | null>;
  /** Nobody waits for it: what is not written is asked for again. */
  write(entries: readonly Entry[]): void;
  stop(): void;
}

const writeScript = `
local now = tonumber(ARGV[1])
for i = 2, #KEYS do
  local ttl = tonumber(ARGV[2 * i])
  redis.call('SET', KEYS[i], ARGV[2 * i - 1], 'PX', ttl)
  redis.call('ZADD', KEYS[1], now + ttl, KEYS[i])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PEXPIRE', KEYS[1], ${maxCachedSeconds * 1000})
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[2])
if over > 0 then
  local first = redis.call('ZPOPMIN', KEYS[1], over)
  for i = 1, #first, 2 do redis.call('DEL', first[i]) end
end
`;

/** Failures in a row after which Redis is left alone for a moment. */
const circuit = { failures: 3, openMs: 1_000 };

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

/** An entry as it is kept: its times and the version of its tags, then the text. */
const pack = ({ version, maxAgeSeconds, text }: Entry, now: number): string =>
  `${now} ${now + maxAgeSeconds * 1000} ${version}\n${text}`;

function unpack(kept: string | null | undefined, version: string, now: number): Found | null {
  if (!kept) return null;
  const end = kept.indexOf('\n');
  const [keptAt, endsAt, keptVersion] = kept.slice(0, end).split(' ');
  if (keptVersion !== version || !(Number(endsAt) > now)) return null;
  return { text: kept.slice(end + 1), keptAt: Number(keptAt), endsAt: Number(endsAt) };
}

export interface CacheStoreOptions extends CacheBounds {
  readonly redisUrl: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly now?: Clock;
}

/** Opens the store. Redis may be away for as long as it likes. */
export function createCacheStore(options: CacheStoreOptions): CacheStore {
  const { environment, logger, now = systemClock } = options;
  const redis = connect(options.redisUrl, options.timeoutMs);
  const breaker = createCircuitBreaker({ ...circuit, now });
  const prefix = cachePrefix(environment);
  const failures = counter({
    name: 'gateway_cache_failures_total',
    help: 'Commands of the cache that Redis did not answer in time.',
    labels: ['command'],
  });

  const ask = async <T>(command: 'read' | 'write', send: () => Promise<T>): Promise<T | null> => {
    if (redis.status !== 'ready' || !breaker.admit()) return null;
    try {
      const answer = await send();
      breaker.succeeded();
      return answer;
    } catch (error) {
      breaker.failed();
      failures.inc({ command });
      logger.debug({ reason: String(error) }, 'the cache waits for Redis');
      return null;
    }
  };

  return {
    read: async (lookups) => {
      const tags = [...new Set(lookups.flatMap((lookup) => lookup.tags))];
      const keys = lookups.map(({ key }) => `${prefix}:kept:${key}`);
      const changes = tags.map((tag) => changeKey(tag, environment));
      const values = await ask('read', () => redis.mget(...keys, ...changes));
      if (!values) return null;
      const changeOf = new Map(tags.map((tag, index) => [tag, values[keys.length + index] ?? '-']));
      const versions = lookups.map((lookup) => lookup.tags.map((tag) => changeOf.get(tag)).join(','));
      const at = now().getTime();
      const found = lookups.map((_, index) => unpack(values[index], versions[index] ?? '', at));
      return { found, versions };
    },
    write: (entries) => {
      const fitting = entries.filter(({ text }) => text.length <= options.entrySize);
      if (fitting.length === 0) return;
      const at = now().getTime();
      const keys = [`${prefix}:ends`, ...fitting.map(({ key }) => `${prefix}:kept:${key}`)];
      const values = fitting.flatMap((entry) => [pack(entry, at), entry.maxAgeSeconds * 1000]);
      void ask('write', () => redis.eval(writeScript, keys.length, ...keys, at, options.entries, ...values));
    },
    stop: () => redis.disconnect(),
  };
}
