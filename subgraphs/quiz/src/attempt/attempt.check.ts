import { invalidInput, notFound, wrongState } from '@studymate/contracts';
import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import { onceByKey, requireViewer } from '@studymate/subgraph-kit';
import { triesAllowedIn } from '../behaviour/behaviours.ts';
import type { Context } from '../context.ts';
import { closeOverdue } from './attempt.close.ts';
import { type AttemptExpired, attemptExpired } from './attempt.expired.ts';
import { gradeResponse } from './attempt.grading.ts';
import { canTakeAttempt } from './attempt.policy.ts';
import { attemptTopic } from './attempt-topic.ts';

interface CheckInput {
  readonly attemptId: string;
  readonly itemId: string;
  readonly idempotencyKey: string;
}

/**
 * Judges the answer saved last. The same answer is judged once: asked again, by whatever key, it costs no try. Throws
 * STATE where answers are judged at the end only, VALIDATION without an answer.
 */
export async function checkResponse(
  context: Context,
  { attemptId, itemId, idempotencyKey }: CheckInput,
): Promise<AttemptItem | AttemptExpired> {
  const body = { attemptId, itemId };
  const item = await onceByKey(
    context,
    { mutation: 'checkResponse', key: idempotencyKey, body },
    { run: (inner) => checkOnce(inner, body), replay: getItem },
  );
  const attempt = await context.attempts.read(attemptId);
  return attempt?.submittedBy === 'TIMER' && !item.isChecked ? attemptExpired(attempt) : item;
}

async function getItem(context: Context, id: string): Promise<AttemptItem> {
  const item = await context.attemptItems.find(id);
  if (!item) throw notFound('AttemptItem');
  return item;
}

async function checkOnce(
  context: Context,
  { attemptId, itemId }: Omit<CheckInput, 'idempotencyKey'>,
): Promise<AttemptItem> {
  const viewer = requireViewer(context);
  const locked = await context.attempts.lock(attemptId);
  if (!locked || !canTakeAttempt(viewer, locked)) throw notFound('QuizAttempt');
  const attempt = await closeOverdue(context, locked);
  const item = await getItem(context, itemId);
  if (item.attemptId !== attempt.id) throw notFound('AttemptItem');
  if (item.isChecked || attempt.submittedBy === 'TIMER') return item;
  return judge(context, attempt, item);
}

async function judge(context: Context, attempt: Attempt, item: AttemptItem): Promise<AttemptItem> {
  const allowed = triesAllowedIn(attempt);
  if (attempt.state !== 'IN_PROGRESS')
    throw wrongState('The attempt has been handed in.', attempt.state, ['IN_PROGRESS']);
  if (allowed === 0)
    throw wrongState('This quiz judges answers when the attempt is handed in.', attempt.behaviour, [
      'IMMEDIATE',
      'INTERACTIVE_MULTIPLE_TRIES',
    ]);
  if (item.response === null) throw invalidInput(['itemId'], 'itemId: there is no answer to judge yet');

  const tries = item.tries + 1;
  const { id: _id, ...grade } = await gradeResponse(context, {
    attempt,
    item: { ...item, tries, isChecked: true },
  });
  if (grade.correctness === 'PENDING')
    throw wrongState('A person grades this answer after the attempt is handed in.', 'PENDING', ['OPEN']);
  context.changes.announce(attemptTopic(attempt.id));
  await context.attempts.update(attempt.id, { lastSeenAt: context.now() });
  const isSettled = grade.correctness === 'CORRECT' || tries >= allowed;
  return context.attemptItems.update(item.id, { ...grade, tries, isChecked: true, isSettled });
}
