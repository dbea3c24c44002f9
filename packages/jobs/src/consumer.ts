import type { Logger } from '@studymate/runtime';
import { counter, histogram } from '@studymate/runtime';
import { type Job, Worker } from 'bullmq';
import { connectQueueRedis, queuePrefix } from './connection.ts';

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

/** Survives repeated kills of the worker: a stalled job is taken up again within seconds, not failed. */
const killProof = { lockDuration: 5_000, stalledInterval: 3_000, maxStalledCount: 20 };

export interface ConsumerOptions {
  readonly queue: string;
  readonly redisUrl: string;
  readonly concurrency: number;
  readonly logger: Logger;
  readonly handle: (job: {
    readonly id: string;
    readonly name: string;
    readonly data: unknown;
  }) => Promise<void>;
}

/** Works off one queue. A failed job is retried with backoff; what fails for good stays to be looked at. */
export function startConsumer({ queue, redisUrl, concurrency, logger, handle }: ConsumerOptions) {
  const connection = connectQueueRedis(redisUrl, 'worker');
  connection.on('error', () => undefined);
  const work = async (job: Job): Promise<void> => {
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
  };
  const worker = new Worker(queue, work, {
    connection,
    prefix: queuePrefix(),
    concurrency,
    skipVersionCheck: true,
    ...killProof,
  });
  worker.on('error', (error) => logger.warn({ err: error, queue }, 'queue unavailable'));
  return {
    /** Lets running jobs finish, then lets go of Redis. */
    async stop(): Promise<void> {
      await worker.close();
      connection.disconnect();
    },
  };
}

export type Consumer = ReturnType<typeof startConsumer>;
