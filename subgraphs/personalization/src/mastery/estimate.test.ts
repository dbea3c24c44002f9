import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decayedProbability, estimateOf, noCounts, observe } from './estimate.ts';

const amounts = fc.double({ min: 0, max: 1_000, noNaN: true });
const someCounts = fc.record({
  successes: amounts,
  failures: amounts,
  observations: fc.integer({ min: 0, max: 2_000 }),
});
const difficulties = fc.double({ min: -4, max: 4, noNaN: true });
const weights = fc.double({ min: 0.1, max: 1, noNaN: true });

describe('the estimate', () => {
  it('knows nothing at first', () => {
    const { probability, low, high } = estimateOf(noCounts);

    expect(probability).toBe(0.5);
    expect(low).toBeLessThan(0.05);
    expect(high).toBeGreaterThan(0.95);
  });

  it('is never lowered by a right answer nor raised by a wrong one', () => {
    fc.assert(
      fc.property(someCounts, difficulties, weights, (counts, difficulty, weight) => {
        const before = estimateOf(counts).probability;
        const after = (outcome: number) =>
          estimateOf(observe(counts, { outcome, weight, difficulty })).probability;
        expect(after(1)).toBeGreaterThanOrEqual(before);
        expect(after(0)).toBeLessThanOrEqual(before);
      }),
    );
  });

  it('lies within its interval, which narrows with evidence', () => {
    const answer = { outcome: 1, weight: 1, difficulty: 0 };
    const few = estimateOf(observe(noCounts, answer));
    const many = estimateOf(Array.from({ length: 20 }, () => answer).reduce(observe, noCounts));

    expect(few.low).toBeLessThan(few.probability);
    expect(few.high).toBeGreaterThan(few.probability);
    expect(many.high - many.low).toBeLessThan(few.high - few.low);
  });

  it('counts a right answer to a hard item for more', () => {
    const hard = estimateOf(observe(noCounts, { outcome: 1, weight: 1, difficulty: 2 }));
    const easy = estimateOf(observe(noCounts, { outcome: 1, weight: 1, difficulty: -2 }));

    expect(hard.probability).toBeGreaterThan(easy.probability);
  });

  it('fades toward chance and never past it', () => {
    const lastPracticedAt = new Date('2026-01-01T00:00:00Z');
    fc.assert(
      fc.property(someCounts, fc.integer({ min: 0, max: 3_000 }), (counts, days) => {
        const at = new Date(lastPracticedAt.getTime() + days * 86_400_000);
        const now = estimateOf(counts).probability;
        const later = decayedProbability(counts, lastPracticedAt, at);
        expect(Math.abs(later - 0.5)).toBeLessThanOrEqual(Math.abs(now - 0.5) + 1e-12);
        expect((later - 0.5) * (now - 0.5)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
