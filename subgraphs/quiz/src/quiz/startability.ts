import type { Attempt, Quiz } from '@studymate/database/quiz';
import { isOverdue } from '../attempt/attempt.state.ts';
import { maxAttemptsPerLearner } from './quiz.service.ts';

export type StartBlock = 'NOT_OPEN' | 'CLOSED' | 'NO_ATTEMPTS_LEFT' | 'ATTEMPT_IN_PROGRESS' | 'UNPUBLISHED';

export interface Startability {
  readonly canStart: boolean;
  readonly reason: StartBlock | null;
  readonly attemptsLeft: number | null;
  readonly nextPossibleAt: Date | null;
  readonly resumableAttempt: Attempt | null;
}

/** Whether a learner may start an attempt at `now`, given all the attempts he has had. */
export function startabilityAt(quiz: Quiz, attempts: readonly Attempt[], now: Date): Startability {
  const running =
    attempts.find((attempt) => attempt.state === 'IN_PROGRESS' && !isOverdue(attempt, now)) ?? null;
  const reason = blockAt(quiz, { attempts: attempts.length, isRunning: running !== null, now });
  return {
    canStart: reason === null,
    reason,
    attemptsLeft: quiz.maxAttempts === null ? null : Math.max(0, quiz.maxAttempts - attempts.length),
    nextPossibleAt: reason === 'NOT_OPEN' ? quiz.opensAt : null,
    resumableAttempt: running,
  };
}

function blockAt(
  quiz: Quiz,
  {
    attempts,
    isRunning,
    now,
  }: { readonly attempts: number; readonly isRunning: boolean; readonly now: Date },
): StartBlock | null {
  if (quiz.status !== 'PUBLISHED') return 'UNPUBLISHED';
  if (isRunning) return 'ATTEMPT_IN_PROGRESS';
  if (quiz.opensAt && now < quiz.opensAt) return 'NOT_OPEN';
  if (quiz.closesAt && now >= quiz.closesAt) return 'CLOSED';
  return attempts >= (quiz.maxAttempts ?? maxAttemptsPerLearner) ? 'NO_ATTEMPTS_LEFT' : null;
}
