import { Exact, roundFraction, zero } from '../grading/fraction.ts';
import type { Behaviour, JudgedAnswer } from './behaviour.ts';

/** Marks out of 3 for a right and a wrong answer of each certainty. */
const marks = {
  LOW: { right: 1, wrong: 0 },
  MEDIUM: { right: 2, wrong: -2 },
  HIGH: { right: 3, wrong: -6 },
} as const;

const highestMark = 3;

/**
 * Judged at the end by how sure the learner was: Gardner-Medwin (2006), "Confidence-based marking", with the marks
 * 1, 2, 3 for right and 0, −2, −6 for wrong, out of 3. With them it pays to be honest: LOW up to a chance of 2/3 to be
 * right, MEDIUM up to 4/5, HIGH above. A partly right answer earns its credit of the right answer's mark; no answer
 * earns and costs nothing.
 */
export const certaintyBased: Behaviour = {
  triesAllowed: () => 0,
  shareOf: (answer) => (answer.isAnswered ? roundFraction(markOf(answer).dividedBy(highestMark)) : zero),
};

function markOf({ fraction, certainty }: JudgedAnswer): Exact {
  const { right, wrong } = marks[certainty ?? 'LOW'];
  return fraction.isZero() ? new Exact(wrong) : fraction.times(right);
}
