import type { Attempt } from '@studymate/database/quiz';
import { histogram } from '@studymate/runtime';
import { settleAbility } from '../adaptive/settle-ability.ts';
import type { Context } from '../context.ts';
import { askForGrades } from '../essay/essay.asking.ts';
import { settleScore } from './attempt.graded.ts';
import { gradeResponse } from './attempt.grading.ts';
import { isOverdue, requireMove, submissionPath } from './attempt.state.ts';
import { attemptTopic } from './attempt-topic.ts';

const lateness = histogram({
  name: 'quiz_auto_submit_lateness_seconds',
  help: 'How long after its closing time the server closed an attempt.',
});

/**
 * Hands in the saved answers of a locked attempt, grades them and tells the other domains, in the current
 * transaction; with an essay it stays GRADING until a person has graded it. Throws STATE when the attempt is not in
 * progress.
 */
export async function handIn(
  context: Context,
  attempt: Attempt,
  submittedBy: 'LEARNER' | 'TIMER',
): Promise<Attempt> {
  const path = submissionPath(submittedBy);
  requireMove(attempt.state, path[1] ?? 'SUBMITTED');
  const now = context.now();
  const items = await context.attemptItems.ofAttempt(attempt.id);
  const grades = await Promise.all(items.map((item) => gradeResponse(context, { attempt, item })));
  await context.attemptItems.recordGrades(grades);
  context.changes.announce(attemptTopic(attempt.id));

  const essays = items.filter((_, index) => grades[index]?.correctness === 'PENDING');
  const ability = await settleAbility(context, attempt, { submittedBy, grades });
  const submission = { submittedAt: now, submittedBy, ...ability };
  if (essays.length > 0) {
    await context.attempts.recordMoves([attempt.id], path.slice(0, -1), now);
    await askForGrades(context, attempt, essays);
    return context.attempts.update(attempt.id, { ...submission, state: 'GRADING' });
  }
  await context.attempts.recordMoves([attempt.id], path, now);
  return settleScore(context, attempt, { items, grades, submission });
}

/** Closes an attempt whose time is over, with the answers saved last; any other is answered as it is. */
export async function closeOverdue(context: Context, attempt: Attempt): Promise<Attempt> {
  if (!isOverdue(attempt, context.now())) return attempt;
  return context.transaction(async (inner) => {
    const current = await inner.attempts.lock(attempt.id);
    if (!current || !isOverdue(current, context.now())) return current ?? attempt;
    const closed = await handIn(inner, current, 'TIMER');
    lateness.observe({}, (context.now().getTime() - (closed.closingAt?.getTime() ?? 0)) / 1000);
    return closed;
  });
}
