import { type BoundedCache, createBoundedCache } from './bounded-cache.ts';

/** What is asked for once passes through; what is asked for again stays. */
export interface SegmentedCache<T> {
  /** What is found is kept from now on. */
  get(key: string): T | undefined;
  /** Takes a newcomer, on trial. */
  admit(key: string, value: T): void;
  /** Takes what is known to be asked for. */
  keep(key: string, value: T): void;
  /** The entries, the one used last first and those on trial at the end. */
  entries(): [string, T][];
}

export interface SegmentedCacheLimits {
  readonly entries: number;
  /** Characters of all keys together. */
  readonly characters: number;
}

/** The share of a cache that is for newcomers. */
const trialShare = 0.05;

/**
 * A segmented LRU cache (Karedla, Love and Wherry: Caching Strategies to Improve Disk System Performance, 1994): a
 * flood of keys that are used once drives out other newcomers only, and never fills more than a twentieth.
 */
export function createSegmentedCache<T>(limits: SegmentedCacheLimits): SegmentedCache<T> {
  const segment = (share: number): BoundedCache<T> =>
    createBoundedCache(Math.ceil(limits.entries * share), {
      weigh: (key) => key.length,
      most: limits.characters * share,
    });
  const trial = segment(trialShare);
  const kept = segment(1 - trialShare);
  const keep = (key: string, value: T) => {
    trial.delete(key);
    kept.set(key, value);
  };
  return {
    get: (key) => {
      const found = kept.get(key);
      if (found !== undefined) return found;
      const newcomer = trial.get(key);
      if (newcomer !== undefined) keep(key, newcomer);
      return newcomer;
    },
    admit: (key, value) => {
      if (kept.get(key) === undefined) trial.set(key, value);
    },
    keep,
    entries: () => [...kept.entries(), ...trial.entries()],
  };
}
