import { notFound } from '@studymate/contracts';
import type { Attempt } from '@studymate/database/quiz';
import { onceByKey, requireViewer } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { closeOverdue, handIn } from './attempt.close.ts';
import { type AttemptExpired, attemptExpired } from './attempt.expired.ts';
import { canTakeAttempt } from './attempt.policy.ts';

/**
 * Hands in and grades. However often and however parallel it is asked, one transition happens and every answer
 * is the same; an attempt that the timer closed comes back as expired.
 */
export async function submitAttempt(
  context: Context,
  { attemptId, idempotencyKey }: { readonly attemptId: string; readonly idempotencyKey: string },
): Promise<Attempt | AttemptExpired> {
  const attempt = await onceByKey(
    context,
    { mutation: 'submitAttempt', key: idempotencyKey, body: { attemptId } },
    { run: (inner) => submitOnce(inner, attemptId), replay: submitOnce },
  );
  return attempt.submittedBy === 'TIMER' ? attemptExpired(attempt) : attempt;
}

async function submitOnce(context: Context, attemptId: string): Promise<Attempt> {
  const viewer = requireViewer(context);
  const attempt = await context.attempts.lock(attemptId);
  if (!attempt || !canTakeAttempt(viewer, attempt)) throw notFound('QuizAttempt');
  const current = await closeOverdue(context, attempt);
  return current.submittedAt ? current : handIn(context, current, 'LEARNER');
}
