import { Decimal } from 'decimal.js';

/**
 * Decimal arithmetic wide enough that no sum, difference or product of numbers within `numberPattern`'s
 * limits is ever rounded; only a division is, and only once, by `roundFraction`.
 */
export const Exact = Decimal.clone({ precision: 260, rounding: Decimal.ROUND_HALF_EVEN });
export type Exact = Decimal;

export const zero: Exact = new Exact(0);
export const one: Exact = new Exact(1);

const decimals = 10;
const snapWithin = new Exact('0.00001');

/**
 * Fractions and scores are kept with ten decimals, half to even, so that a grade computed twice is the
 * same bytes twice.
 */
export const roundFraction = (value: Exact): Exact =>
  value.toDecimalPlaces(decimals, Decimal.ROUND_HALF_EVEN);

/**
 * A credit between 0 and 1. What lies within 0.00001 of 1 is 1: three weights of 33.33333 % are meant to
 * make a whole (the tolerance Moodle's question engine uses).
 */
export function toFraction(credit: Exact): Exact {
  if (credit.greaterThanOrEqualTo(one.minus(snapWithin))) return one;
  return credit.isPositive() ? roundFraction(credit) : zero;
}

/** The points that a fraction earns at a question worth `maxScore`. */
export const toScore = (fraction: Exact, maxScore: Exact): Exact => roundFraction(fraction.times(maxScore));
