import { wrongState } from '@studymate/contracts';

export const attemptStates = [
  'IN_PROGRESS',
  'SUBMITTED',
  'GRADING',
  'GRADED',
  'EXPIRED',
  'ABANDONED',
  'INVALIDATED',
] as const;

export type AttemptState = (typeof attemptStates)[number];

/**
 * The only moves there are. EXPIRED is an attempt whose time ran out and whose last answers are about to
 * be submitted by the timer; ABANDONED one without a deadline that nobody came back to.
 */
const moves: Readonly<Record<AttemptState, readonly AttemptState[]>> = {
  IN_PROGRESS: ['SUBMITTED', 'EXPIRED', 'ABANDONED', 'INVALIDATED'],
  EXPIRED: ['SUBMITTED', 'INVALIDATED'],
  SUBMITTED: ['GRADING', 'INVALIDATED'],
  GRADING: ['GRADED', 'INVALIDATED'],
  GRADED: ['GRADING', 'INVALIDATED'],
  ABANDONED: [],
  INVALIDATED: [],
};

export const canMove = (from: AttemptState, to: AttemptState) => moves[from].includes(to);

/** The states that lead to `to`. */
export const statesBefore = (to: AttemptState) => attemptStates.filter((from) => canMove(from, to));

/** Throws STATE when an attempt cannot go from one state to the other. */
export function requireMove(from: AttemptState, to: AttemptState): void {
  if (!canMove(from, to)) throw wrongState(`The attempt is ${from}.`, from, statesBefore(to));
}

/** The states passed through when answers are handed in, first to last. */
export const submissionPath = (submittedBy: 'LEARNER' | 'TIMER'): readonly AttemptState[] =>
  submittedBy === 'TIMER'
    ? ['IN_PROGRESS', 'EXPIRED', 'SUBMITTED', 'GRADING', 'GRADED']
    : ['IN_PROGRESS', 'SUBMITTED', 'GRADING', 'GRADED'];

/** When the server stops taking answers: the deadline and the grace for slow networks; null is never. */
export const closingTime = (attempt: { readonly deadline: Date | null; readonly graceSeconds: number }) =>
  attempt.deadline && new Date(attempt.deadline.getTime() + attempt.graceSeconds * 1000);

/** Whether time has run out on an attempt that nothing has closed yet. */
export function isOverdue(attempt: TimedAttempt, now: Date): boolean {
  const closing = closingTime(attempt);
  return attempt.state === 'IN_PROGRESS' && closing !== null && closing.getTime() <= now.getTime();
}

/** The state as of `now`: what is overdue is EXPIRED, even before the timer comes by. */
export const stateAt = (attempt: TimedAttempt, now: Date): AttemptState =>
  isOverdue(attempt, now) ? 'EXPIRED' : attempt.state;

interface TimedAttempt {
  readonly state: AttemptState;
  readonly deadline: Date | null;
  readonly graceSeconds: number;
}
