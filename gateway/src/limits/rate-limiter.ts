import type { Clock, Logger } from '@studymate/runtime';
import { Redis } from 'ioredis';
import { type Allowance, allow, createMemoryWindows, type Rate, windowAt } from './rate-window.ts';

/** Counts uses of a key and decides whether one more may go on. */
export interface RateLimiter {
  /** Takes one point of the rate, or as many as the use is worth. */
  take(key: string, rate: Rate, points?: number): Promise<Allowance>;
}

const commandTimeoutMs = 1_000;

/**
 * Counts a use unless it is over the rate, in one step for all gateways. Answers the counts before it. KEYS: this
 * window's, the one before. ARGV: below what there is room, share of the window before that counts, seconds to
 * keep, points.
 */
const countScript = `
local current = tonumber(redis.call('GET', KEYS[1]) or '0')
local previous = tonumber(redis.call('GET', KEYS[2]) or '0')
if previous * tonumber(ARGV[2]) + current < tonumber(ARGV[1]) then
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
  });
  redis.on('error', () => undefined);
  return redis;
}

/** Shared counts in Redis; this process's own while Redis is away, so that limits go on. */
export function createRateLimiter(redis: Redis | null, logger: Logger, now: Clock): RateLimiter {
  const own = createMemoryWindows(now);
  if (redis === null) return { take: async (key, rate, points) => own(key, rate, points) };
  let isAway = false;

  const takeShared = async (key: string, rate: Rate, points: number): Promise<Allowance> => {
    const { number, elapsed } = windowAt(rate, now().getTime());
    const keys = [number, number - 1].map((window) => `{rate:${key}}:${rate.seconds}:${window}`);
    const counts: unknown = await redis.eval(
      countScript,
      2,
      ...keys,
      rate.requests + 1 - Math.min(points, rate.requests),
      1 - elapsed,
      rate.seconds * 2,
      points,
    );
    if (!isCounts(counts)) throw new Error('Redis answered no counts.');
    const [current, previous] = counts;
    return allow(rate, { current, previous }, { elapsed, points });
  };

  return {
    take: async (key, rate, points = 1) => {
      if (redis.status !== 'ready') return own(key, rate, points);
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
    },
  };
}
