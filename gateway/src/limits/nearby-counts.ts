import type { Allowance, Rate, WindowCounts } from './rate-window.ts';
import { allow, windowAt } from './rate-window.ts';

/** A window's count that others keep, and what was used here since it was read. */
export interface NearbyCount {
  readonly key: string;
  readonly rate: Rate;
  /** The window it belongs to. */
  readonly number: number;
  counts: WindowCounts;
  /** Points that passed here and are not in the shared count yet. */
  owed: number;
}

/** Counts that need not be asked for: the rate is far from used up, and what may pass in between is little. */
export interface NearbyCounts {
  /** Lets a use pass without asking; null when it must be asked for. */
  take(key: string, rate: Rate, points: number): Allowance | null;
  /** What a key owes, and the window that it owes it to; from now on paid by the caller. */
  settle(key: string, rate: Rate): { readonly owed: number; readonly number: number };
  /** Keeps what was read of a window. */
  read(key: string, rate: Rate, window: { readonly number: number; readonly counts: WindowCounts }): void;
  /** Takes out what is owed. Windows that are over are forgotten. */
  takeOwed(): NearbyCount[];
}

/** Beyond this share of a rate every use is asked for. */
const nearShare = 0.5;
/** What passes without asking before the next look, as a share of the rate. */
const owedShare = 0.02;
const maxKeys = 50_000;

export function createNearbyCounts(now: () => number): NearbyCounts {
  /** By rate, which the configuration has few of, and key. */
  const known = new Map<Rate, Map<string, NearbyCount>>();
  let size = 0;
  const find = (key: string, rate: Rate) => known.get(rate)?.get(key);
  const add = (near: NearbyCount) => {
    const ofRate = known.get(near.rate) ?? new Map<string, NearbyCount>();
    known.set(near.rate, ofRate);
    if (!ofRate.has(near.key)) size += 1;
    ofRate.set(near.key, near);
  };
  return {
    take: (key, rate, points) => {
      const near = find(key, rate);
      if (!near || near.owed + points > rate.requests * owedShare) return null;
      const { number, elapsed } = windowAt(rate, now());
      if (number !== near.number) return null;
      const { current, previous } = near.counts;
      const counts = { previous, current: current + near.owed };
      if (previous * (1 - elapsed) + counts.current + points > rate.requests * nearShare) return null;
      near.owed += points;
      return allow(rate, counts, { elapsed, points });
    },
    settle: (key, rate) => {
      const near = find(key, rate);
      const { owed, number } = near ?? { owed: 0, number: 0 };
      if (near) near.owed = 0;
      return { owed, number };
    },
    read: (key, rate, { number, counts }) => {
      const near = find(key, rate);
      if (near?.number === number) near.counts = counts;
      else if (near ? near.number < number : size < maxKeys) add({ key, rate, number, counts, owed: 0 });
    },
    takeOwed: () => {
      const owing: NearbyCount[] = [];
      for (const [rate, ofRate] of known) {
        const { number } = windowAt(rate, now());
        for (const [key, near] of ofRate) {
          if (near.owed > 0) {
            owing.push({ ...near });
            near.owed = 0;
          } else if (near.number !== number && ofRate.delete(key)) size -= 1;
        }
        if (ofRate.size === 0) known.delete(rate);
      }
      return owing;
    },
  };
}
