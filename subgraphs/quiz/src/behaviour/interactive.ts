import { Exact, roundFraction, zero } from '../grading/fraction.ts';
import type { Behaviour } from './behaviour.ts';

/**
 * Judged as often as the rules allow; credit − penalty × failed tries before, never below 0 (Moodle's
 * qbehaviour_interactive).
 */
export const interactive: Behaviour = {
  triesAllowed: ({ maxTries }) => maxTries,
  shareOf: ({ fraction, failedTries }, { tryPenalty }) =>
    roundFraction(Exact.max(zero, fraction.minus(tryPenalty.times(failedTries)))),
};
