import { Exact, roundFraction, zero } from '../grading/fraction.ts';

export type AttemptScoring = 'HIGHEST' | 'LATEST' | 'AVERAGE' | 'FIRST';

export interface ScoredAttempt {
  /** 1 for the learner's first attempt at the quiz. */
  readonly number: number;
  readonly score: Exact;
  readonly maxScore: Exact;
}

/**
 * The score that counts among a learner's graded attempts, or null without any. HIGHEST compares
 * fractions, so that attempts at differently long revisions are comparable; equal ones: the earlier.
 */
export function countingScore(
  attempts: readonly ScoredAttempt[],
  scoring: AttemptScoring,
): { score: Exact; maxScore: Exact } | null {
  const inOrder = attempts.toSorted((one, other) => one.number - other.number);
  const first = inOrder[0];
  const last = inOrder.at(-1);
  if (!first || !last) return null;

  switch (scoring) {
    case 'FIRST':
      return first;
    case 'LATEST':
      return last;
    case 'HIGHEST':
      return inOrder.reduce((best, next) => (fractionOf(next).greaterThan(fractionOf(best)) ? next : best));
    case 'AVERAGE':
      return average(inOrder, last.maxScore);
  }
}

/** The share of the possible points, none below 0; a quiz worth nothing is worth 0. */
export const fractionOf = ({
  score,
  maxScore,
}: {
  readonly score: Exact;
  readonly maxScore: Exact;
}): Exact => (maxScore.isZero() ? zero : Exact.max(zero, roundFraction(score.dividedBy(maxScore))));

function average(attempts: readonly ScoredAttempt[], maxScore: Exact) {
  const sum = attempts.reduce((total, attempt) => total.plus(fractionOf(attempt)), zero);
  const mean = sum.dividedBy(new Exact(attempts.length));
  return { score: roundFraction(mean.times(maxScore)), maxScore };
}
