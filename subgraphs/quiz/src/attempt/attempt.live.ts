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

/** Seconds before its deadline at which an attempt is told again, so that a client's countdown stays right. */
const countdownSeconds = [60, 30, 10];

/**
 * Ticks now, at every change of the viewer's own attempt, and as its time runs out; throws NOT_FOUND for any other
 * attempt.
 */
export async function followAttempt(context: Context, id: string): Promise<Ticks> {
  const { state, deadline } = await getOwnAttempt(context, id);
  const ticks = await context.changes.follow(attemptTopic(id), { detail: '' });
  if (state !== 'IN_PROGRESS' || deadline === null) return ticks;
  const leftMs = deadline.getTime() - context.now().getTime();
  for (const seconds of countdownSeconds) {
    const delayMs = leftMs - seconds * 1000;
    if (delayMs > 0) ticks.pushAfter(delayMs);
  }
  return ticks;
}
