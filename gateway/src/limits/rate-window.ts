import type { Clock } from '@studymate/runtime';

/** How much may happen in a time: requests, or points that some of them take more of. */
export interface Rate {
  readonly requests: number;
  readonly seconds: number;
}

/** The answer to one request: whether it may go on, and what its caller is told. */
export interface Allowance {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until a request may go on again; until the window's end when there are some left. */
  readonly resetSeconds: number;
}

/** Counts of the window that an instant falls in, and of the one before. */
export interface WindowCounts {
  readonly current: number;
  readonly previous: number;
}

/** The window that an instant falls in, and how far into it that is, from 0 to below 1. */
export function windowAt(rate: Rate, atMs: number): { readonly number: number; readonly elapsed: number } {
  const position = atMs / (rate.seconds * 1000);
  const number = Math.floor(position);
  return { number, elapsed: position - number };
}

/** Where in its window a use falls, and how much of the rate it takes. */
export interface Use {
  readonly elapsed: number;
  readonly points: number;
}

/**
 * Decides by a sliding window: what the window before counts for as much as it still overlaps the last
 * `seconds`. At no window's edge does twice the rate pass. The counts are those before this use. What takes more
 * than the rate on its own passes alone: it would never otherwise.
 */
export function allow(rate: Rate, counts: WindowCounts, { elapsed, points }: Use): Allowance {
  const taken = Math.min(points, rate.requests);
  const used = counts.previous * (1 - elapsed) + counts.current;
  // A share of the window before rounds no request away.
  const isAllowed = used + taken < rate.requests + 1;
  const left = Math.max(0, Math.ceil(rate.requests - used - (isAllowed ? taken : 0)));
  return {
    isAllowed,
    limit: rate.requests,
    remaining: left,
    resetSeconds: Math.max(1, Math.ceil(secondsUntilRoom(rate, counts, { elapsed, points: taken }))),
  };
}

/** How long until the same fits once more, should nothing come in between. */
function secondsUntilRoom(rate: Rate, { current, previous }: WindowCounts, { elapsed, points }: Use): number {
  const left = (1 - elapsed) * rate.seconds;
  const room = rate.requests + 1 - points;
  if (current >= room) return left + (1 - room / current) * rate.seconds;
  if (previous * (1 - elapsed) + current < room) return left;
  return (1 - elapsed - (room - current) / previous) * rate.seconds;
}

/** A count per key in this process; holds a bounded number of keys. */
export function createMemoryWindows(now: Clock, maxKeys = 100_000) {
  const counts = new Map<string, { number: number; current: number; previous: number }>();
  return (key: string, rate: Rate, points = 1): Allowance => {
    const { number, elapsed } = windowAt(rate, now().getTime());
    const known = counts.get(key);
    const age = known ? number - known.number : 2;
    const count = {
      number,
      current: age === 0 ? (known?.current ?? 0) : 0,
      previous: age === 0 ? (known?.previous ?? 0) : age === 1 ? (known?.current ?? 0) : 0,
    };
    const allowance = allow(rate, count, { elapsed, points });
    if (allowance.isAllowed) count.current += points;
    counts.delete(key);
    counts.set(key, count);
    const [oldest] = counts.keys();
    if (counts.size > maxKeys && oldest !== undefined) counts.delete(oldest);
    return allowance;
  };
}
