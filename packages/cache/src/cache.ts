import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { cachePrefix, counter, entityTag } from '@studymate/runtime';
import { type CacheStore, createCacheStore, type Place, type Reading } from './cache-store.ts';

/** Who gets what is kept for nobody in particular. */
export const everybody = 'everybody';

/** Something that a domain keeps, and when it ends. */
export interface Kept<T> {
  /** For its keys and metrics, as `stats`. */
  readonly name: string;
  /** Whose it is: nobody else ever finds it. `everybody` for what all who may ask are told alike. */
  readonly viewerId: string;
  /** All else that the value depends on. */
  readonly of: readonly string[];
  /** The entities whose changes end it, as `context.changes.entity` names them; at least one. */
  readonly tags: readonly (readonly [typename: string, key: string])[];
  /** How long it is kept at most. */
  readonly seconds: number;
  /** Makes the value of what `load` answered, once that has been through JSON. */
  readonly parse: (value: unknown) => T;
  /** Asked after loading: false for what must not be kept, such as what a replica that lags has answered. */
  readonly mayKeep?: () => boolean;
}

export interface Cache {
  /** What is kept, or what `load` answers, which is kept then. Without Redis it loads. */
  read<T>(kept: Kept<T>, load: () => Promise<unknown>): Promise<T>;
  /** Deletes everything that is kept for somebody; rejects when Redis is away. */
  forgetViewer(viewerId: string): Promise<void>;
  stop(): void;
}

/** How long a process that loads for all is waited for. */
const patienceMs = 2_000;
const pollMs = 30;
/** The lock of a process that died ends by itself. */
const lockMs = 5_000;
/** Ends are spread over this share of the time, so that what was kept together does not end together. */
const jitter = 0.1;

const reads = counter({
  name: 'cache_reads_total',
  help: 'Reads of a domain cache: kept, loaded, loaded by another request or process, or past it.',
  labels: ['domain', 'cache', 'outcome'],
});

interface Loaded {
  readonly text: string;
  /** False when only the one who loaded may use it. */
  readonly isForAll: boolean;
}

const hashOf = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** Waits until another process has kept what it loads; null when that takes too long. */
async function waitForOther(store: CacheStore, place: Place, version: string): Promise<string | null> {
  const endsAt = performance.now() + patienceMs;
  while (performance.now() < endsAt) {
    await delay(pollMs * (1 + Math.random()));
    const reading = await store.look(place);
    if (reading?.version !== version) return null;
    if (reading.text !== null) return reading.text;
  }
  return null;
}

/**
 * A domain's cache in Redis. Entries compare the versions of their tags (ADR 6), so a change that was told before a read
 * is never overlooked, also by what was loaded before it. Equal misses are loaded once: in a process by joining, between
 * processes by a lock that is waited for up to 2 s. Redis is given 100 ms for a command, and a rest after a failure.
 */
export function createCache(options: {
  readonly domain: string;
  readonly redisUrl: string;
  readonly timeoutMs?: number;
}): Cache {
  const { domain } = options;
  const prefix = `${cachePrefix()}:${domain}`;
  const store = createCacheStore({ ...options, prefix });
  const flights = new Map<string, Promise<Loaded>>();

  /** Loads and keeps, unless another process does so already. */
  async function fill<T>(kept: Kept<T>, load: () => Promise<unknown>, at: Place & Reading): Promise<Loaded> {
    const [lock, token] = [`${at.key}:lock:${hashOf([at.version])}`, randomUUID()];
    if ((await store.lock(lock, token, lockMs)) === false) {
      const text = await waitForOther(store, at, at.version);
      if (text !== null) {
        reads.inc({ domain, cache: kept.name, outcome: 'waited' });
        return { text, isForAll: true };
      }
    }
    reads.inc({ domain, cache: kept.name, outcome: 'miss' });
    try {
      const text = JSON.stringify((await load()) ?? null);
      const isForAll = kept.mayKeep?.() ?? true;
      const ttlMs = kept.seconds * 1_000 * (1 - jitter * Math.random());
      if (isForAll) await store.keep(at, text, { version: at.version, ttlMs });
      return { text, isForAll };
    } finally {
      await store.release(lock, token);
    }
  }

  return {
    async read<T>(kept: Kept<T>, load: () => Promise<unknown>): Promise<T> {
      const told = (outcome: string) => reads.inc({ domain, cache: kept.name, outcome });
      const through = (text: string): T => kept.parse(JSON.parse(text));
      const place = {
        key: `${prefix}:${kept.name}:${kept.viewerId}:${hashOf(kept.of)}`,
        tags: kept.tags.map(([typename, key]) => entityTag(typename, key)),
      };
      const past = async () => {
        told('bypassed');
        return through(JSON.stringify((await load()) ?? null));
      };
      const reading = await store.look(place);
      if (!reading) return past();
      if (reading.text !== null) {
        told('hit');
        return through(reading.text);
      }
      const version = reading.version || (await store.pin(place.tags, kept.seconds));
      if (!version) return past();
      // Who has seen a change does not join a load that began before it.
      const name = `${place.key} ${version}`;
      const underWay = flights.get(name);
      if (underWay) {
        const { text, isForAll } = await underWay;
        if (!isForAll) return past();
        told('joined');
        return through(text);
      }
      const flight = fill(kept, load, { ...place, text: null, version }).finally(() => flights.delete(name));
      flights.set(name, flight);
      return through((await flight).text);
    },
    forgetViewer: (viewerId) => store.deleteMatching(`${prefix}:*:${viewerId}:*`),
    stop: store.stop,
  };
}

/** Keeps nothing: every read loads. */
export const noCache: Cache = {
  read: async (kept, load) => kept.parse(JSON.parse(JSON.stringify((await load()) ?? null))),
  forgetViewer: async () => undefined,
  stop: () => undefined,
};
