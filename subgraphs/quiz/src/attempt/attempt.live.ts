import { notFound } from '@studymate/contracts';
import type { Attempt } from '@studymate/database/quiz';
import type { Ticks } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { canTakeAttempt } from './attempt.policy.ts';
import { getAttempt } from './attempt.service.ts';
import { attemptTopic } from './attempt-topic.ts';

/** The viewer's own attempt as it is now; throws NOT_FOUND for any other. */
export async function getOwnAttempt(context: Context, id: string): Promise<Attempt> {
  const attempt = await getAttempt(context, id);
  if (!canTakeAttempt(context.viewer, attempt)) throw notFound('QuizAttempt');
  return attempt;
}

/** Ticks now and at every change of the viewer's own attempt; throws NOT_FOUND for any other. */
export async function followAttempt(context: Context, id: string): Promise<Ticks> {
  await getOwnAttempt(context, id);
  return context.changes.follow(attemptTopic(id), { detail: '' });
}
