import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Exact } from '../grading/fraction.ts';
import { certaintyBased } from './certainty-based.ts';
import { interactive } from './interactive.ts';

const third = new Exact('0.3333333333');
const rules = { maxTries: 3, tryPenalty: third };
const answer = (fraction: number) => ({
  fraction: new Exact(fraction),
  isAnswered: true,
  certainty: null,
  failedTries: 0,
});

describe('interactive tries', () => {
  it.each([
    [1, 0, '1'],
    [1, 1, '0.6666666667'],
    [1, 2, '0.3333333334'],
    [0.5, 1, '0.1666666667'],
    [0.25, 1, '0'],
    [1, 9, '0'],
  ])('credit %d after %d failed tries earns %s', (fraction, failedTries, share) => {
    expect(interactive.shareOf({ ...answer(fraction), failedTries }, rules).toString()).toBe(share);
  });
});

describe('certainty-based marking', () => {
  it.each([
    [1, 'LOW', '0.3333333333'],
    [1, 'MEDIUM', '0.6666666667'],
    [1, 'HIGH', '1'],
    [0, 'LOW', '0'],
    [0, 'MEDIUM', '-0.6666666667'],
    [0, 'HIGH', '-2'],
    [0.5, 'HIGH', '0.5'],
    [1, null, '0.3333333333'],
  ] as const)('credit %d with certainty %s earns %s', (fraction, certainty, share) => {
    expect(certaintyBased.shareOf({ ...answer(fraction), certainty }, rules).toString()).toBe(share);
  });

  it('earns and costs nothing without an answer', () => {
    const none = { ...answer(0), isAnswered: false, certainty: 'HIGH' as const };
    expect(certaintyBased.shareOf(none, rules).toString()).toBe('0');
  });

  it('pays best to be honest: the certainty that fits the chance of being right earns most', () => {
    const levels = ['LOW', 'MEDIUM', 'HIGH'] as const;
    const expected = (chance: number, certainty: (typeof levels)[number]) => {
      const share = (fraction: number) =>
        certaintyBased.shareOf({ ...answer(fraction), certainty }, rules).toNumber();
      return chance * share(1) + (1 - chance) * share(0);
    };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (chance) => {
        const honest = chance < 2 / 3 ? 'LOW' : chance < 4 / 5 ? 'MEDIUM' : 'HIGH';
        for (const level of levels)
          expect(expected(chance, honest)).toBeGreaterThanOrEqual(expected(chance, level) - 1e-9);
      }),
    );
  });
});
