import type { JobPayload } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { closeOverdue } from './attempt.close.ts';
import { attemptTopic } from './attempt-topic.ts';

const perSweep = 500;
const closedAtOnce = 8;
const dayMs = 24 * 3600 * 1000;
const forgottenAfterMs = 30 * dayMs;

/** Closes an attempt at its closing time; one that is not over yet, or over long ago, is left alone. */
export async function closeAttempt(
  context: Context,
  { attemptId }: JobPayload<'closeAttempt'>,
): Promise<void> {
  const attempt = await context.attempts.read(attemptId);
  if (attempt) await closeOverdue(context, attempt);
}

/**
 * Closes whatever is overdue, for the case that its job was lost. Any number of workers may sweep at once; an
 * attempt that cannot be closed does not hold up the others.
 */
export async function closeOverdueAttempts(context: Context): Promise<void> {
  const overdue = await context.attempts.overdue(context.now(), perSweep);
  const waiting = overdue.values();
  const failures: unknown[] = [];
  const closeNext = async (): Promise<void> => {
    for (const attempt of waiting)
      await closeOverdue(context, attempt).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: closedAtOnce }, closeNext));
  if (failures.length > 0) throw new AggregateError(failures, 'Some attempts could not be closed.');
}

/**
 * Opens connections and prepares the statements that closing needs, so that the first attempt closed after a start
 * is not late for it. Reads and writes no row.
 */
export async function prepareToClose(context: Context): Promise<void> {
  const nothing = '';
  const rehearse = () =>
    context.transaction(async (inner) => {
      await inner.attempts.lock(nothing);
      await Promise.all([inner.attemptItems.ofAttempt(nothing), inner.questions.find(nothing)]);
      await inner.attemptItems.recordGrades([]);
    });
  await Promise.all(Array.from({ length: closedAtOnce }, rehearse));
}

/** Gives up attempts without a deadline that nobody has touched for 30 days. */
export async function abandonForgottenAttempts(context: Context): Promise<void> {
  const now = context.now();
  const forgotten = await context.attempts.forgotten(new Date(now.getTime() - forgottenAfterMs), perSweep);
  for (const { id } of forgotten) {
    await context.transaction(async (inner) => {
      const attempt = await inner.attempts.lock(id);
      if (attempt?.state !== 'IN_PROGRESS') return;
      await inner.attempts.update(id, { state: 'ABANDONED' });
      inner.changes.announce(attemptTopic(id));
      await inner.attempts.recordMoves([id], ['IN_PROGRESS', 'ABANDONED'], now);
    });
  }
}
