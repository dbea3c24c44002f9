import type { Clock } from '@studymate/runtime';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Allowance } from './rate-window.ts';
import type { QuotaRules } from './rules-schema.ts';

export type Period = keyof QuotaRules;

/** What is left of one quota. */
export interface QuotaAllowance extends Allowance {
  readonly period: Period;
  readonly seconds: number;
}

/** Counts requests of a key in calendar days and months (UTC). */
export interface Quotas {
  /** Takes one request of each quota; the first that has none left takes nothing and ends the list. */
  take(key: string, quota: QuotaRules): Promise<QuotaAllowance[]>;
}

const daySeconds = 86_400;

interface Span {
  /** Names the period that an instant falls in. */
  readonly name: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

function spanOf(period: Period, at: Date): Span {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const date = at.toISOString().slice(0, 10);
  return period === 'day'
    ? { name: date, startsAt: Date.UTC(year, month, day), endsAt: Date.UTC(year, month, day + 1) }
    : { name: date.slice(0, 7), startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
}

/** Longer than the period, so that a count outlives it. */
const keepSeconds = { day: 2 * daySeconds, month: 62 * daySeconds } as const;
/** As long as a timer of Node's can run: counts in memory are only for while Redis is away. */
const longestInMemory = 24 * daySeconds;

/** Beyond any quota: the count decides, by the quota of the key's plan. */
const countless = Number.MAX_SAFE_INTEGER;

function createCounter(period: Period, redis: Redis | null) {
  const options = { keyPrefix: `quota:${period}`, points: countless, duration: keepSeconds[period] };
  const own = new RateLimiterMemory({ ...options, duration: Math.min(options.duration, longestInMemory) });
  if (redis === null) return own;
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: own,
  });
}

/** Counts in Redis; in this process alone while Redis is away. */
export function createQuotas(redis: Redis | null, now: Clock): Quotas {
  const counters = { day: createCounter('day', redis), month: createCounter('month', redis) };

  const takeOne = async (key: string, period: Period, limit: number): Promise<QuotaAllowance> => {
    const at = now();
    const { name, startsAt, endsAt } = spanOf(period, at);
    const { consumedPoints } = await counters[period].consume(`${key}:${name}`);
    const isAllowed = consumedPoints <= limit;
    if (!isAllowed) await counters[period].reward(`${key}:${name}`);
    return {
      period,
      isAllowed,
      limit,
      remaining: Math.max(0, limit - consumedPoints),
      resetSeconds: Math.max(1, Math.ceil((endsAt - at.getTime()) / 1000)),
      seconds: (endsAt - startsAt) / 1000,
    };
  };

  return {
    take: async (key, quota) => {
      const taken: QuotaAllowance[] = [];
      for (const period of ['day', 'month'] as const) {
        const limit = quota[period];
        if (limit === undefined) continue;
        const allowance = await takeOne(key, period, limit);
        taken.push(allowance);
        if (!allowance.isAllowed) break;
      }
      return taken;
    },
  };
}
