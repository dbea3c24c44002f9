/** A stretch of calendar time that recurs; MONTH with 3 is a quarter. */
export interface Interval {
  readonly interval: 'MONTH' | 'YEAR';
  readonly intervalCount: number;
}

export interface Period {
  /** 0 for the period that starts at the anchor. */
  readonly index: number;
  readonly start: Date;
  /** The first instant that is no longer part of it. */
  readonly end: Date;
}

export const monthly: Interval = { interval: 'MONTH', intervalCount: 1 };

const monthsOf = ({ interval, intervalCount }: Interval) => (interval === 'YEAR' ? 12 : 1) * intervalCount;

/**
 * The start of period `index`, reckoned in UTC from the anchor itself and never from the period before:
 * a month that lacks the anchor's day takes its last day, and the next has the day back
 * (31 Jan → 29 Feb → 31 Mar → 30 Apr).
 */
export function periodStart(anchor: Date, interval: Interval, index: number): Date {
  const month = anchor.getUTCMonth() + monthsOf(interval) * index;
  const lastDay = new Date(Date.UTC(anchor.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return new Date(
    Date.UTC(
      anchor.getUTCFullYear(),
      month,
      Math.min(anchor.getUTCDate(), lastDay),
      anchor.getUTCHours(),
      anchor.getUTCMinutes(),
      anchor.getUTCSeconds(),
      anchor.getUTCMilliseconds(),
    ),
  );
}

/** The period that holds the instant. Before the anchor the index is negative. */
export function periodAt(anchor: Date, interval: Interval, instant: Date): Period {
  const months =
    (instant.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + instant.getUTCMonth() - anchor.getUTCMonth();
  const guess = Math.floor(months / monthsOf(interval));
  const index = periodStart(anchor, interval, guess) > instant ? guess - 1 : guess;
  return {
    index,
    start: periodStart(anchor, interval, index),
    end: periodStart(anchor, interval, index + 1),
  };
}

/** The earlier of two instants. */
export const earlierOf = (a: Date, b: Date): Date => (b < a ? b : a);
