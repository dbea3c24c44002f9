import { DelayedError, type Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Delivery } from './delivery.ts';
import { successorKey } from './names.ts';

const firstWaitMs = 50;
const longestWaitMs = 5_000;
/** Longer than a failing delivery is tried; who waited that long has been forgotten about. */
const patienceMs = 3_600_000;

export interface TurnsOptions {
  readonly queue: Queue;
  readonly redis: Redis;
  /** Whether this domain has acted on the event. */
  readonly hasActedOn: (eventId: string) => Promise<boolean>;
}

/**
 * Keeps the order of deliveries that name a predecessor, over any number of workers: one waits until its predecessor
 * was acted on or has become a dead letter, an hour at most. Waiting counts as no attempt and holds up no others.
 */
export function createTurns({ queue, redis, hasActedOn }: TurnsOptions) {
  const isOver = async (predecessor: string): Promise<boolean> =>
    (await hasActedOn(predecessor)) || (await queue.getJobState(predecessor)) === 'failed';

  return {
    /** Resolves when it is the delivery's turn, else puts it off and rejects as BullMQ wants it. */
    async await(job: Job, token: string | undefined): Promise<void> {
      const { id, after } = job.data as Delivery;
      if (!after || Date.now() - job.timestamp > patienceMs || (await isOver(after))) return;
      await redis.set(successorKey(queue.name, after), id, 'PX', patienceMs);
      const waits = job.attemptsStarted - job.attemptsMade;
      await job.moveToDelayed(Date.now() + Math.min(firstWaitMs * 2 ** waits, longestWaitMs), token);
      throw new DelayedError();
    },
    /** Wakes the delivery that waits for this one; should the word be lost, it looks again by itself. */
    async pass(id: string): Promise<void> {
      const successor = await redis.getdel(successorKey(queue.name, id));
      if (successor === null) return;
      const job = await queue.getJob(successor);
      await job?.promote().catch(() => undefined);
    },
  };
}
