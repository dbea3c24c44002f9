import { Redis } from 'ioredis';
import type { LogPosition } from './log-position.ts';

const commandTimeoutMs = 250;
/** What Redis could not be told is remembered for this many people; beyond it the oldest are forgotten. */
const maxUntold = 10_000;

/** Keeps the further of two positions, whichever arrives first; a number in Lua is exact up to 8 PiB of log. */
const advance = `
local known = redis.call('GET', KEYS[1])
if known and tonumber(known) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

export interface WriteMarksOptions {
  readonly domain: string;
  readonly redisUrl: string;
  readonly prefix: string;
  /** For how long a mark can matter: the largest lag of a replica that is read from. */
  readonly keepMs: number;
}

/**
 * Remembers in Redis, for all processes of a domain, up to where the log must have been replayed for each person to
 * see what they wrote. While Redis is away, and until marks that it did not get have lost their meaning, nobody is
 * known to see theirs anywhere but on the primary.
 */
export function connectWriteMarks({ domain, redisUrl, prefix, keepMs }: WriteMarksOptions) {
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  const untold = new Map<string, LogPosition>();
  let knowsAllFrom = Number.POSITIVE_INFINITY;
  const keyOf = (viewerId: string) => `${prefix}:written:${domain}:${viewerId}`;

  const tell = async (viewerId: string, position: LogPosition): Promise<void> => {
    try {
      await redis.eval(advance, 1, keyOf(viewerId), position.toString(), keepMs);
      if (untold.get(viewerId) === position) untold.delete(viewerId);
    } catch {
      untold.set(viewerId, position);
      for (const oldest of untold.keys()) {
        if (untold.size <= maxUntold) break;
        untold.delete(oldest);
      }
    }
  };
  redis.on('error', () => undefined);
  redis.on('close', () => {
    knowsAllFrom = Number.POSITIVE_INFINITY;
  });
  redis.on('ready', () => {
    knowsAllFrom = performance.now() + keepMs;
    for (const [viewerId, position] of untold) void tell(viewerId, position);
  });

  return {
    /** Notes that the person wrote something that lies before the position. */
    note: tell,
    /** What a replica must have replayed to show the person what they wrote; null: only the primary will do. */
    async find(viewerId: string): Promise<LogPosition | null> {
      if (performance.now() < knowsAllFrom || untold.has(viewerId)) return null;
      try {
        const position = await redis.get(keyOf(viewerId));
        return BigInt(position ?? 0);
      } catch {
        return null;
      }
    },
    stop: (): void => redis.disconnect(),
  };
}

export type WriteMarks = ReturnType<typeof connectWriteMarks>;
