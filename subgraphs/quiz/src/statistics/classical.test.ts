import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { slotStatistics, testStatistics } from './classical.ts';
import { distractorStatistics } from './distractors.ts';

/**
 * Five learners, three slots of 1, 1 and 2 points. The expected numbers were worked out apart from the code, with
 * exact fractions: totals 4, 3, 2, 1, 0.
 */
const rows = [
  [1, 1, 2],
  [1, 1, 1],
  [1, 0, 1],
  [0, 0, 1],
  [0, 0, 0],
];

describe('test statistics', () => {
  it('agree with a calculation by hand', () => {
    const statistics = testStatistics(rows);
    // V(T) = 2.5; V(x) = 0.3, 0.3, 0.5; alpha = 3/2 (1 − 1.1/2.5) = 0.84
    expect(statistics).toMatchObject({ attempts: 5, meanScore: 2, medianScore: 2 });
    expect(statistics?.standardDeviation).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(statistics?.skewness).toBeCloseTo(0, 12);
    // m2 = 2, m4 = 6.8: k2 = 2.5, k4 = 25/24 (6·6.8 − 12·4) = −7.5, kurtosis = −7.5/6.25
    expect(statistics?.kurtosis).toBeCloseTo(-1.2, 12);
    expect(statistics?.cronbachAlpha).toBeCloseTo(0.84, 12);
    expect(statistics?.errorRatio).toBeCloseTo(0.4, 12);
    expect(statistics?.standardErrorOfMeasurement).toBeCloseTo(0.4 * Math.sqrt(2.5), 12);
  });

  it('know when there is too little to say', () => {
    expect(testStatistics([])).toBeNull();
    expect(testStatistics([[1, 0]])).toMatchObject({
      standardDeviation: 0,
      cronbachAlpha: null,
      skewness: null,
    });
    expect(testStatistics([[1], [0]])).toMatchObject({ cronbachAlpha: null, kurtosis: null });
  });

  it('do not change with the order of attempts', () => {
    const scores = fc.array(fc.tuple(fc.nat(10), fc.nat(10), fc.nat(10)), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(scores, (given) => {
        const there = testStatistics(given);
        const back = testStatistics(given.toReversed());
        for (const [name, value] of Object.entries(there ?? {})) {
          const other = back?.[name as keyof typeof back] ?? null;
          if (value === null) expect(other).toBeNull();
          else expect(Number(other)).toBeCloseTo(Number(value), 6);
        }
      }),
    );
  });
});

describe('slot statistics', () => {
  it('agree with a calculation by hand', () => {
    const [first, , third] = slotStatistics(rows, [1, 1, 2]);
    // C(x1, T) = 0.75, C(x2, T) = 0.75, C(x3, T) = 1; rest of slot 1: 3, 2, 1, 1, 0
    expect(first).toMatchObject({ attempts: 5, facility: 0.6, intendedWeight: 0.25 });
    expect(first?.standardDeviation).toBeCloseTo(Math.sqrt(0.3), 12);
    const roots = Math.sqrt(0.75) * 2 + 1;
    expect(first?.effectiveWeight).toBeCloseTo(Math.sqrt(0.75) / roots, 12);
    expect(third?.effectiveWeight).toBeCloseTo(1 / roots, 12);
    // C(x1, rest) = 0.45, V(rest) = 1.3; both columns are sorted alike, so efficiency is 1
    expect(first?.discriminationIndex).toBeCloseTo(0.45 / Math.sqrt(0.3 * 1.3), 12);
    expect(first?.discriminativeEfficiency).toBeCloseTo(1, 12);
  });

  it('keep weights and indices within their bounds', () => {
    const scores = fc.array(fc.tuple(fc.nat(10), fc.nat(10), fc.nat(10)), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(scores, (given) => {
        const slots = slotStatistics(given, [10, 10, 10]);
        for (const { facility, discriminationIndex, discriminativeEfficiency } of slots) {
          expect(facility).toBeGreaterThanOrEqual(0);
          expect(facility).toBeLessThanOrEqual(1);
          if (discriminationIndex !== null)
            expect(Math.abs(discriminationIndex)).toBeLessThanOrEqual(1 + 1e-9);
          if (discriminativeEfficiency !== null)
            expect(discriminativeEfficiency).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it('give no effective weight to a slot that works against the rest', () => {
    const [against] = slotStatistics(
      [
        [1, 0],
        [0, 5],
        [0, 6],
      ],
      [1, 10],
    );
    expect(against?.effectiveWeight).toBeNull();
    expect(against?.discriminationIndex).toBeLessThan(0);
  });
});

describe('distractor statistics', () => {
  it('tell who falls for a choice', () => {
    const [right, lure, unused] = distractorStatistics(
      ['right', 'lure', 'unused'],
      [['right'], ['right'], ['lure'], ['lure']],
      [4, 3, 2, 1],
    );
    expect(right).toMatchObject({ chosen: 2, rate: 0.5 });
    expect(right?.pointBiserial).toBeCloseTo(2 / Math.sqrt(5), 12);
    expect(lure?.pointBiserial).toBeCloseTo(-2 / Math.sqrt(5), 12);
    expect(unused).toEqual({ choiceId: 'unused', chosen: 0, rate: 0, pointBiserial: null });
  });
});
