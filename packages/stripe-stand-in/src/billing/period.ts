import type Stripe from 'stripe';
import { daySeconds } from '../account.ts';

/**
 * The start of period `index` of a subscription anchored at `anchor` (Unix seconds, UTC).
 * A month without the anchor's day uses its last day, and the next month has the day back.
 */
export function periodStart(anchor: number, recurring: Stripe.Price.Recurring, index: number): number {
  const steps = recurring.interval_count * index;
  if (recurring.interval === 'day') return anchor + steps * daySeconds;
  if (recurring.interval === 'week') return anchor + steps * 7 * daySeconds;

  const start = new Date(anchor * 1000);
  const months = steps * (recurring.interval === 'year' ? 12 : 1);
  const lastDay = new Date(
    Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months + 1, 0),
  ).getUTCDate();
  const day = Math.min(start.getUTCDate(), lastDay);
  const midnight = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, day);
  const timeOfDay = anchor - Math.floor(anchor / daySeconds) * daySeconds;
  return midnight / 1000 + timeOfDay;
}

/** The first period boundary after `instant`. */
export function nextBoundary(anchor: number, recurring: Stripe.Price.Recurring, instant: number): number {
  let index = 1;
  while (periodStart(anchor, recurring, index) <= instant) index += 1;
  return periodStart(anchor, recurring, index);
}
