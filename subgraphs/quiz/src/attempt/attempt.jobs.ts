import type { JobPayload } from '@studymate/contracts';
import type { Attempt } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { closeOverdue } from './attempt.close.ts';
import { isOverdue } from './attempt.state.ts';
import { attemptTopic } from './attempt-topic.ts';

const perSweep = 500;
const lookEveryMs = 1_000;
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

/** Closes what is overdue; an attempt that cannot be closed does not hold up the others. */
async function closeAll(context: Context, overdue: readonly Attempt[]): Promise<void> {
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
 * Closes whatever is overdue, for the case that its job was lost. Any number of workers may sweep at once. Asked at
 * any time, it asks the database only when an attempt is to close that it knows of, and once a second for new ones:
 * none has less time than that.
 */
export function createOverdueSweep(): (context: Context) => Promise<void> {
  let lookedAt = 0;
  let lookAgainAt = 0;
  return async (context) => {
    const now = context.now();
    const time = now.getTime();
    if (time >= lookedAt && time < lookAgainAt) return;
    const horizon = new Date(time + lookEveryMs);
    const closing = await context.attempts.closingUntil(horizon, perSweep);
    await closeAll(
      context,
      closing.filter((attempt) => isOverdue(attempt, now)),
    );
    const next = closing.find((attempt) => !isOverdue(attempt, now))?.closingAt ?? horizon;
    lookedAt = time;
    lookAgainAt = closing.length === perSweep ? time : next.getTime();
  };
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
