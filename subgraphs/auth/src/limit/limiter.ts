import { randomUUID } from 'node:crypto';
import { type Clock, counter } from '@studymate/runtime';
import type { Redis } from 'ioredis';

export interface Limit {
  readonly limit: number;
  readonly windowMs: number;
}

/** One use of something limited. `used` counts it in when it was granted. */
export interface Permit {
  readonly granted: boolean;
  readonly used: number;
  /** When the next use would be granted. */
  readonly freeAt: Date;
  /** Gives the use back: it turned out not to be what the limit is about. */
  release(): Promise<void>;
}

interface Taken {
  readonly granted: boolean;
  readonly used: number;
  readonly oldest: number;
}

interface Store {
  take(key: string, limit: Limit, use: { readonly member: string; readonly at: number }): Promise<Taken>;
  release(key: string, member: string): Promise<void>;
  count(key: string, since: number): Promise<number>;
}

/** Sliding log: every use of the window is a member scored by its instant, so a burst is counted exactly. */
const takeScript = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2] - ARGV[1])
local used = redis.call('ZCARD', KEYS[1])
local granted = 0
if used < tonumber(ARGV[3]) then
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  used = used + 1
  granted = 1
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {granted, used, oldest[2] or ARGV[2]}`;

const sharedStore = (redis: Redis): Store => ({
  async take(key, { limit, windowMs }, { member, at }) {
    const answer = await redis.eval(takeScript, 1, key, windowMs, at, limit, member);
    const [granted, used, oldest] = Array.isArray(answer) ? answer.map(Number) : [];
    return { granted: granted === 1, used: used ?? 0, oldest: oldest ?? at };
  },
  async release(key, member) {
    await redis.zrem(key, member);
  },
  count: (key, since) => redis.zcount(key, `(${since}`, '+inf'),
});

const maxKeysInMemory = 50_000;

/** The same log in this process, for while Redis is away. */
function localStore(): Store {
  const logs = new Map<string, { member: string; at: number }[]>();
  return {
    async take(key, { limit, windowMs }, { member, at }) {
      const uses = (logs.get(key) ?? []).filter((use) => use.at > at - windowMs);
      const granted = uses.length < limit;
      if (granted) uses.push({ member, at });
      if (logs.size >= maxKeysInMemory) logs.clear();
      logs.set(key, uses);
      return { granted, used: uses.length, oldest: uses[0]?.at ?? at };
    },
    async release(key, member) {
      logs.set(
        key,
        (logs.get(key) ?? []).filter((use) => use.member !== member),
      );
    },
    count: async (key, since) => (logs.get(key) ?? []).filter((use) => use.at > since).length,
  };
}

const insured = counter({
  name: 'limiter_insurance_total',
  help: 'Uses counted in memory because Redis did not answer.',
});

/**
 * Counts uses per key in a sliding window, shared by all replicas through Redis. While Redis is away each
 * process counts for itself, so limits hold within a factor of the number of processes.
 */
export function createLimiter(redis: Redis) {
  const shared = sharedStore(redis);
  const local = localStore();
  const takeSomewhere = async (...use: Parameters<Store['take']>): Promise<{ taken: Taken; from: Store }> => {
    try {
      return { taken: await shared.take(...use), from: shared };
    } catch {
      insured.inc();
      return { taken: await local.take(...use), from: local };
    }
  };

  const keyOf = (name: string) => `{limit}:${name}`;
  return {
    /** How often it was used within the window, without using it. */
    async count(name: string, { windowMs }: Pick<Limit, 'windowMs'>, now: Clock): Promise<number> {
      const since = now().getTime() - windowMs;
      return shared.count(keyOf(name), since).catch(() => local.count(keyOf(name), since));
    },

    /** Takes one use, atomically: of any number of parallel takes no more than the limit are granted. */
    async take(name: string, limit: Limit, now: Clock): Promise<Permit> {
      const key = keyOf(name);
      const member = randomUUID();
      const { taken, from } = await takeSomewhere(key, limit, { member, at: now().getTime() });
      return {
        granted: taken.granted,
        used: taken.used,
        freeAt: new Date(taken.oldest + limit.windowMs),
        release: async () => {
          if (taken.granted) await from.release(key, member).catch(() => undefined);
        },
      };
    },
  };
}

export type Limiter = ReturnType<typeof createLimiter>;

/** Whole seconds until the permit could be had, at least 1. */
export const retryAfterSeconds = ({ freeAt }: Pick<Permit, 'freeAt'>, now: Clock): number =>
  Math.max(1, Math.ceil((freeAt.getTime() - now().getTime()) / 1000));
