import type { Clock, Logger } from '@studymate/runtime';
import { Redis, type Result } from 'ioredis';
import type { Eventually } from '../execution/eventually.ts';
import { createNearbyCounts, type NearbyCount } from './nearby-counts.ts';
import { type Allowance, allow, createMemoryWindows, type Rate, windowAt } from './rate-window.ts';

/** Counts uses of a key and decides whether one more may go on. */
export interface RateLimiter {
  /** Takes one point of the rate, or as many as the use is worth. */
  take(key: string, rate: Rate, points?: number): Eventually<Allowance>;
  /** Tells what has passed since the last time. */
  stop(): Promise<void>;
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countUse(...keysAndArguments: (string | number)[]): Result<unknown, Context>;
  }
}

const commandTimeoutMs = 1_000;
/** How often gateways tell each other what they let pass without asking. */
const tellEveryMs = 5_000;

/**
 * Adds what is owed, then counts a use unless it is over the rate, in one step for all gateways. Answers the counts
 * before the use. KEYS: this window's, the one before. ARGV: below what there is room, share of the window before
 * that counts, seconds to keep, points, points owed, the key they are owed to (1 or 2).
 */
const countScript = `
local owed = tonumber(ARGV[5])
if owed > 0 then
  redis.call('INCRBY', KEYS[tonumber(ARGV[6])], owed)
  redis.call('EXPIRE', KEYS[tonumber(ARGV[6])], ARGV[3])
end
local current = tonumber(redis.call('GET', KEYS[1]) or '0')
local previous = tonumber(redis.call('GET', KEYS[2]) or '0')
if tonumber(ARGV[4]) > 0 and previous * tonumber(ARGV[2]) + current < tonumber(ARGV[1]) then
  redis.call('INCRBY', KEYS[1], ARGV[4])
  if current == 0 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
end
return {current, previous}
`;

const isCounts = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((count) => typeof count === 'number');

/** A connection that fails at once while Redis is away, so that counting goes on without it. */
export function connectCounters(url: string): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 500,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
    scripts: { countUse: { numberOfKeys: 2, lua: countScript } },
  });
  redis.on('error', () => undefined);
  return redis;
}

interface CountedUse {
  readonly key: string;
  readonly rate: Rate;
  /** The window of the use, and how far into it that is. */
  readonly window: { readonly number: number; readonly elapsed: number };
  readonly points: number;
  readonly owed: number;
  /** The window that it is owed to. */
  readonly owedTo: number;
}

function argumentsOf({ key, rate, window, points, owed, owedTo }: CountedUse): (string | number)[] {
  const { number, elapsed } = window;
  const keyOf = (each: number) => `{rate:${key}}:${rate.seconds}:${each}`;
  const room = rate.requests + 1 - Math.min(points, rate.requests);
  // What is owed to a window of long ago counts for nobody.
  const isOwed = owedTo === number || owedTo === number - 1;
  const payment = [isOwed ? owed : 0, owedTo === number ? 1 : 2];
  return [keyOf(number), keyOf(number - 1), room, 1 - elapsed, rate.seconds * 2, points, ...payment];
}

/**
 * Shared counts in Redis; this process's own while Redis is away, so that limits go on. While less than half of a
 * rate is used, up to a fiftieth of it passes without asking and is told within 5 s: requests of callers far
 * from their limits need no answer of Redis. Should others have used up the rest meanwhile, so much passes too many
 * at each further gateway.
 */
export function createRateLimiter(redis: Redis | null, logger: Logger, now: Clock): RateLimiter {
  const own = createMemoryWindows(now);
  if (redis === null) {
    return { take: own, stop: async () => {} };
  }
  const nearby = createNearbyCounts(() => now().getTime());
  let isAway = false;

  const takeShared = async (key: string, rate: Rate, points: number): Promise<Allowance> => {
    const window = windowAt(rate, now().getTime());
    const { owed, number: owedTo } = nearby.settle(key, rate);
    const answer: unknown = await redis.countUse(...argumentsOf({ key, rate, window, points, owed, owedTo }));
    if (!isCounts(answer)) throw new Error('Redis answered no counts.');
    const [current, previous] = answer;
    const allowance = allow(rate, { current, previous }, { elapsed: window.elapsed, points });
    const counts = { previous, current: allowance.isAllowed ? current + points : current };
    nearby.read(key, rate, { number: window.number, counts });
    return allowance;
  };

  const takeSharedOrOwn = async (key: string, rate: Rate, points: number): Promise<Allowance> => {
    try {
      const allowance = await takeShared(key, rate, points);
      isAway = false;
      return allowance;
    } catch (error) {
      if (!isAway)
        logger.warn({ reason: String(error) }, 'Redis is away; rates are held by each gateway alone');
      isAway = true;
      return own(key, rate, points);
    }
  };

  const tell = async (owing: readonly NearbyCount[]): Promise<void> => {
    const pipeline = redis.pipeline();
    for (const { key, rate, number, owed } of owing) {
      const window = { number, elapsed: 0 };
      pipeline.countUse(...argumentsOf({ key, rate, window, points: 0, owed, owedTo: number }));
    }
    const answers = (await pipeline.exec()) ?? [];
    for (const [index, { key, rate, number }] of owing.entries()) {
      const answer = answers[index]?.[1];
      if (!isCounts(answer)) continue;
      nearby.read(key, rate, { number, counts: { current: answer[0], previous: answer[1] } });
    }
  };
  const tellAll = async (): Promise<void> => {
    if (redis.status !== 'ready') return;
    const owing = nearby.takeOwed();
    // Redis is away: from here on each gateway counts alone.
    if (owing.length > 0) await tell(owing).catch(() => {});
  };
  const telling = setInterval(() => void tellAll(), tellEveryMs).unref();

  return {
    take: (key, rate, points = 1) => {
      if (redis.status !== 'ready') return own(key, rate, points);
      return nearby.take(key, rate, points) ?? takeSharedOrOwn(key, rate, points);
    },
    stop: async () => {
      clearInterval(telling);
      await tellAll();
    },
  };
}
