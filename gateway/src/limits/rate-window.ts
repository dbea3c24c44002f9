import type { Clock } from '@studymate/runtime';

/** How often something may happen. */
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

/**
 * Decides by a sliding window: what the window before counts for as much as it still overlaps the last
 * `seconds`. At no window's edge does twice the rate pass. `current` includes this request if it is allowed.
 */
export function allow(rate: Rate, { current, previous }: WindowCounts, elapsed: number): Allowance {
  const used = previous * (1 - elapsed) + current;
  const isAllowed = used < rate.requests;
  const left = Math.max(0, Math.floor(rate.requests - used - (isAllowed ? 1 : 0)));
  return {
    isAllowed,
    limit: rate.requests,
    remaining: left,
    resetSeconds: Math.max(1, Math.ceil(secondsUntilRoom(rate, { current, previous }, elapsed))),
  };
}

/** How long until one more request fits, should none come in between. */
function secondsUntilRoom(rate: Rate, { current, previous }: WindowCounts, elapsed: number): number {
  const left = (1 - elapsed) * rate.seconds;
  if (current >= rate.requests) return left + (1 - rate.requests / current) * rate.seconds;
  if (previous * (1 - elapsed) + current < rate.requests) return left;
  return (1 - elapsed - (rate.requests - current) / previous) * rate.seconds;
}

/** A count per key in this process; holds a bounded number of keys. */
export function createMemoryWindows(now: Clock, maxKeys = 100_000) {
  const counts = new Map<string, { number: number; current: number; previous: number }>();
  return (key: string, rate: Rate): Allowance => {
    const { number, elapsed } = windowAt(rate, now().getTime());
    const known = counts.get(key);
    const age = known ? number - known.number : 2;
    const count = {
      number,
      current: age === 0 ? (known?.current ?? 0) : 0,
      previous: age === 0 ? (known?.previous ?? 0) : age === 1 ? (known?.current ?? 0) : 0,
    };
    const allowance = allow(rate, count, elapsed);
    if (allowance.isAllowed) count.current += 1;
    counts.delete(key);
    counts.set(key, count);
    const [oldest] = counts.keys();
    if (counts.size > maxKeys && oldest !== undefined) counts.delete(oldest);
    return allowance;
  };
}
