import { isDeepStrictEqual } from 'node:util';
import { conflict, notFound, wrongState } from '@studymate/contracts';
import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import { requireViewer } from '@studymate/subgraph-kit';
import type { SaveResponseInput } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { contentSchema } from '../question/content.ts';
import { responseSchema } from '../question/response.ts';
import { closeOverdue } from './attempt.close.ts';
import { type AttemptExpired, attemptExpired } from './attempt.expired.ts';
import { canTakeAttempt } from './attempt.policy.ts';
import { attemptTopic } from './attempt-topic.ts';
import { certaintyOf, parseResponse } from './response.input.ts';

/**
 * Saves one answer. Only the highest `clientSequence` counts: a late or repeated save answers the item as it
 * is. After the closing time the attempt is closed instead, and comes back with the refusal.
 */
export async function saveResponse(
  context: Context,
  input: SaveResponseInput,
): Promise<AttemptItem | AttemptExpired> {
  const viewer = requireViewer(context);
  return context.transaction(async (inner) => {
    const attempt = await inner.attempts.lock(input.attemptId);
    if (!attempt || !canTakeAttempt(viewer, attempt)) throw notFound('QuizAttempt');
    const current = await closeOverdue(inner, attempt);
    if (current.submittedBy === 'TIMER') return attemptExpired(current);
    if (current.state !== 'IN_PROGRESS')
      throw wrongState('The attempt has been handed in.', current.state, ['IN_PROGRESS']);
    return saveToItem(inner, current, input);
  });
}

async function saveToItem(
  context: Context,
  attempt: Attempt,
  input: SaveResponseInput,
): Promise<AttemptItem> {
  const item = await context.attemptItems.find(input.itemId);
  if (!item || item.attemptId !== attempt.id) throw notFound('AttemptItem');
  if (input.clientSequence < item.clientSequence) return item;
  if (item.isSettled) throw wrongState('This answer has been judged.', 'JUDGED', ['OPEN']);

  const question = await context.questions.find(item.questionId);
  const before = item.response === null ? null : responseSchema.parse(item.response);
  const response = input.response
    ? parseResponse(input.response, contentSchema.parse(question?.content))
    : before;
  const certainty = (input.response && certaintyOf(input.response)) ?? item.certainty;
  const flagged = input.flagged ?? item.flagged;
  const isSame = isDeepStrictEqual(response, before);
  if (input.clientSequence === item.clientSequence) {
    if (isSame && flagged === item.flagged && certainty === item.certainty) return item;
    throw conflict('This clientSequence was used for another answer.', item.clientSequence);
  }
  const now = context.now();
  await context.attempts.update(attempt.id, { lastSeenAt: now });
  context.changes.announce(attemptTopic(attempt.id));
  return context.attemptItems.save(item.id, {
    ...(input.response ? { response, certainty, savedAt: now, isChecked: item.isChecked && isSame } : {}),
    flagged,
    clientSequence: input.clientSequence,
  });
}
