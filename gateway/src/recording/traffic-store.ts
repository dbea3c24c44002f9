import type { Clock } from '@studymate/runtime';
import { Redis } from 'ioredis';
import { type RecordedOperation, type RecordedTraffic, recordedFormat } from './recorded-traffic.ts';

/** What one gateway has seen of an operation since it last wrote. */
export interface SeenOperation {
  readonly hash: string;
  readonly name: string | null;
  readonly body: string;
  readonly sent: readonly string[];
  readonly uses: readonly {
    readonly client: string;
    readonly version: string;
    readonly count: number;
    readonly lastSeenAt: string;
  }[];
}

export interface TrafficStore {
  write(seen: readonly SeenOperation[]): Promise<void>;
  read(days: number): Promise<RecordedTraffic>;
  stop(): void;
}

export interface TrafficStoreOptions {
  readonly url: string;
  readonly prefix: string;
  /** Days after which what was seen is forgotten. */
  readonly keepDays: number;
  /** Operations of a client's version that are told apart in one day. */
  readonly perDay: number;
  readonly now: Clock;
}

const dayMs = 86_400_000;
const commandTimeoutMs = 5_000;

/**
 * Counts uses of a day, up to a number of different ones. KEYS: counts, last seen. ARGV: most, seconds to keep, then
 * field, count and instant of each.
 */
const countScript = `
for at = 3, #ARGV, 3 do
  if redis.call('HEXISTS', KEYS[1], ARGV[at]) == 1 or redis.call('HLEN', KEYS[1]) < tonumber(ARGV[1]) then
    redis.call('HINCRBY', KEYS[1], ARGV[at], ARGV[at + 1])
    redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 2])
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return redis.call('HLEN', KEYS[1])
`;

const separator = '\t';

function connect(url: string): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
  });
  redis.on('error', () => undefined);
  return redis;
}

interface Uses {
  readonly counts: ReadonlyMap<string, number>;
  readonly lastSeen: ReadonlyMap<string, string>;
}

/** The days' counts as one. */
async function readUses(
  redis: Redis,
  keysOf: (day: string) => [string, string],
  days: readonly string[],
): Promise<Uses> {
  const counts = new Map<string, number>();
  const lastSeen = new Map<string, string>();
  for (const day of days) {
    const [countsKey, seenKey] = keysOf(day);
    const [ofDay, seen] = await Promise.all([redis.hgetall(countsKey), redis.hgetall(seenKey)]);
    for (const [field, count] of Object.entries(ofDay))
      counts.set(field, (counts.get(field) ?? 0) + Number(count));
    for (const [field, at] of Object.entries(seen)) {
      if (at > (lastSeen.get(field) ?? '')) lastSeen.set(field, at);
    }
  }
  return { counts, lastSeen };
}

/** Recorded traffic in Redis, of all gateways together, by the day. */
export function createTrafficStore({
  url,
  prefix,
  keepDays,
  perDay,
  now,
}: TrafficStoreOptions): TrafficStore {
  const redis = connect(url);
  const base = `{${prefix}:traffic}`;
  const keysOf = (day: string): [string, string] => [`${base}:counts:${day}`, `${base}:seen:${day}`];
  const bodyKey = (hash: string) => `${base}:operation:${hash}`;
  const sentKey = (hash: string) => `${base}:sent:${hash}`;
  const seconds = (keepDays + 1) * (dayMs / 1000);

  const write = async (seen: readonly SeenOperation[]) => {
    const day = now().toISOString().slice(0, 10);
    const texts = redis.multi();
    for (const { hash, name, body, sent } of seen) {
      texts.set(bodyKey(hash), JSON.stringify({ name, body }), 'EX', seconds);
      if (sent.length > 0) texts.sadd(sentKey(hash), ...sent);
      texts.expire(sentKey(hash), seconds);
    }
    const uses = seen.flatMap(({ hash, uses: own }) =>
      own.flatMap(({ client, version, count, lastSeenAt }) => [
        [hash, client, version].join(separator),
        count,
        lastSeenAt,
      ]),
    );
    texts.eval(countScript, 2, ...keysOf(day), perDay, seconds, ...uses);
    await texts.exec();
  };

  const readOperation = async (
    hash: string,
  ): Promise<Pick<RecordedOperation, 'name' | 'body' | 'sent'> | null> => {
    const [text, sent] = await Promise.all([redis.get(bodyKey(hash)), redis.smembers(sentKey(hash))]);
    return text === null
      ? null
      : { ...(JSON.parse(text) as { name: string | null; body: string }), sent: sent.toSorted() };
  };

  const read = async (days: number): Promise<RecordedTraffic> => {
    const at = now().getTime();
    const names = Array.from({ length: days }, (_, back) =>
      new Date(at - back * dayMs).toISOString().slice(0, 10),
    );
    const { counts, lastSeen } = await readUses(redis, keysOf, names);
    const usesOf = new Map<string, RecordedOperation['uses']>();
    for (const [field, count] of counts) {
      const [hash = '', client = '', version = ''] = field.split(separator);
      const use = { client, version, count, lastSeenAt: lastSeen.get(field) ?? new Date(at).toISOString() };
      usesOf.set(hash, [...(usesOf.get(hash) ?? []), use]);
    }
    const operations: RecordedOperation[] = [];
    for (const [hash, uses] of usesOf) {
      const operation = await readOperation(hash);
      if (operation)
        operations.push({ hash, ...operation, uses: uses.toSorted((one, other) => other.count - one.count) });
    }
    return { format: recordedFormat, exportedAt: new Date(at).toISOString(), days, operations };
  };

  return { write, read, stop: () => redis.disconnect() };
}
