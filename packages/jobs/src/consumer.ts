import type { Domain } from '@studymate/contracts';
import type { LaterWork, Logger } from '@studymate/runtime';
import { counter, gauge, histogram, resume } from '@studymate/runtime';
import { type Job, Queue, Worker } from 'bullmq';
import { connectQueueRedis, queuePrefix } from './connection.ts';
import { originOf } from './delivery.ts';
import { acknowledgementList } from './names.ts';
import { createTurns } from './turns.ts';

const processed = counter({
  name: 'jobs_processed_total',
  help: 'Jobs and event deliveries by queue, name and outcome.',
  labels: ['queue', 'name', 'outcome'],
});
const duration = histogram({
  name: 'job_duration_seconds',
  help: 'Time a job or event delivery took.',
  labels: ['queue', 'name'],
});
const held = gauge({
  name: 'queue_jobs',
  help: 'Jobs and event deliveries in a queue by state; failed ones are dead letters.',
  labels: ['queue', 'state'],
});

/**
 * Survives repeated kills of the worker: a stalled job is taken up again within seconds, not failed. After Redis was
 * away it looks again every second.
 */
const killProof = { lockDuration: 5_000, stalledInterval: 3_000, maxStalledCount: 20, runRetryDelay: 1_000 };
const countEveryMs = 15_000;

export interface ConsumerOptions {
  /** The domain that works the queue off. */
  readonly domain: Domain;
  readonly queue: string;
  readonly redisUrl: string;
  readonly concurrency: number;
  readonly logger: Logger;
  readonly handle: (job: {
    readonly id: string;
    readonly name: string;
    readonly data: unknown;
  }) => Promise<void>;
  /** For events: they come in order, and whether one was acted on is known. */
  readonly hasActedOn?: (eventId: string) => Promise<boolean>;
}

/** The domain whose outbox a job came from. */
const senderOf = (job: Job, domain: Domain): Domain => (job.data as { from?: Domain }).from ?? domain;

/** Works off one queue. A failed job is retried with backoff; what fails for good stays to be looked at. */
export function startConsumer(options: ConsumerOptions) {
  const { domain, queue: name, redisUrl, concurrency, logger } = options;
  const connection = connectQueueRedis(redisUrl, 'worker');
  connection.on('error', () => undefined);
  const access = { connection, prefix: queuePrefix(), skipVersionCheck: true };
  const queue = new Queue(name, access);
  queue.on('error', () => undefined);
  const turns = options.hasActedOn
    ? createTurns({ queue, redis: connection, hasActedOn: options.hasActedOn })
    : null;

  const work = async (job: Job, token?: string): Promise<void> => {
    await turns?.await(job, token);
    await resume(originOf(job), describe(options, job), () => handleTimed(options, job));
    const id = job.id ?? '';
    await connection.rpush(acknowledgementList(senderOf(job, domain)), `${id} ${domain}`);
    await turns?.pass(id);
  };
  const worker = new Worker(name, work, { ...access, concurrency, ...killProof });
  worker.on('error', (error) => logger.warn({ err: error, queue: name }, 'queue unavailable'));
  worker.on('failed', (job) => {
    if (job?.finishedOn === undefined) return;
    logger.error({ queue: name, job: job.name, jobId: job.id, reason: job.failedReason }, 'dead letter');
    turns?.pass(job.id ?? '').catch(() => undefined);
  });
  const counting = setInterval(() => void countJobs(queue), countEveryMs);

  return {
    /** Lets running jobs finish, then lets go of Redis. */
    async stop(): Promise<void> {
      clearInterval(counting);
      await worker.close();
      await queue.close();
      connection.disconnect();
    },
  };
}

/** The learner whom a job or event is about, where it says so. */
const userIdOf = ({ data }: Job): string | null => {
  const { userId, ownerId } = { ...data, ...(data as { payload?: object } | null)?.payload } as Record<
    string,
    unknown
  >;
  const id = userId ?? ownerId;
  return typeof id === 'string' ? id : null;
};

const describe = ({ domain, queue }: ConsumerOptions, job: Job): LaterWork => ({
  name: `process ${job.name}`,
  userId: userIdOf(job),
  attributes: {
    'messaging.system': 'bullmq',
    'messaging.destination.name': queue,
    'messaging.message.id': job.id ?? '',
    'messaging.bullmq.attempt': job.attemptsMade + 1,
    'studymate.part': `${domain}-worker`,
  },
});

async function handleTimed({ queue, logger, handle }: ConsumerOptions, job: Job): Promise<void> {
  const stop = duration.startTimer({ queue, name: job.name });
  try {
    await handle({ id: job.id ?? '', name: job.name, data: job.data });
    processed.inc({ queue, name: job.name, outcome: 'done' });
  } catch (error) {
    processed.inc({ queue, name: job.name, outcome: 'failed' });
    logger.warn(
      { err: error, queue, job: job.name, jobId: job.id, attempt: job.attemptsMade + 1 },
      'job failed',
    );
    throw error;
  } finally {
    stop();
  }
}

async function countJobs(queue: Queue): Promise<void> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed').catch(() => ({}));
  for (const [state, count] of Object.entries(counts)) held.set({ queue: queue.name, state }, count);
}

export type Consumer = ReturnType<typeof startConsumer>;
