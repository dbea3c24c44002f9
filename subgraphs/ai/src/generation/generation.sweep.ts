import type { Context } from '../context.ts';
import { type Failure, failGeneration } from './generation.failure.ts';

const minuteMs = 60_000;
/** A job that has not brought anything after this long is put on the queue again. */
const lostAfterMs = 3 * minuteMs;
const givenUpAfterMs = 60 * minuteMs;
const batch = 100;

const timeOver: Failure = {
  code: 'PROVIDER_UNAVAILABLE',
  message: 'It took too long. Nothing was spent; please try again.',
  retryable: true,
};

/**
 * Finds generations that got stuck: puts lost jobs on the queue again (they are safe to repeat), and gives up what
 * is older than an hour.
 */
export async function sweepStuckGenerations(context: Context): Promise<void> {
  const now = context.now().getTime();
  const stuck = await context.generations.listOpenSince(new Date(now - lostAfterMs), batch);
  for (const { id, createdAt, enqueuedAt, producedAt } of stuck) {
    if (createdAt.getTime() <= now - givenUpAfterMs) {
      await failGeneration(context, id, timeOver);
    } else if (producedAt === null && enqueuedAt !== null && enqueuedAt.getTime() <= now - lostAfterMs) {
      await requeue(context, id, enqueuedAt);
    }
  }
}

/** Of several workers that sweep at once, the one that moves `enqueuedAt` queues the job. */
const requeue = (context: Context, id: string, enqueuedAt: Date): Promise<void> =>
  context.transaction(async (inner) => {
    const ours = await inner.generations.updateWhere({ id, enqueuedAt }, { enqueuedAt: inner.now() });
    if (ours) await inner.jobs.enqueue('generateAiSummary', { generationId: id });
  });
