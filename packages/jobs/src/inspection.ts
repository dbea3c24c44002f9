import {
  type Domain,
  domainPorts,
  type JobName,
  jobOwners,
  queueOf,
  subscribers,
} from '@studymate/contracts';
import { Queue } from 'bullmq';
import { connectQueueRedis, queuePrefix } from './connection.ts';
import { eventQueue, jobQueue } from './names.ts';

/** A delivery or job that failed for good. */
export interface DeadLetter {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

export interface InspectedQueue {
  readonly name: string;
  count(): Promise<Readonly<Record<string, number>>>;
  listDeadLetters(): Promise<DeadLetter[]>;
  /** Puts a dead letter back at the end of its queue, with all its attempts before it. */
  replay(id: string): Promise<void>;
}

/** Every queue there is: one for the events that each domain hears, and one for its jobs of each urgency. */
export function listQueueNames(): string[] {
  const domains = (Object.keys(domainPorts) as (keyof typeof domainPorts)[]).filter(
    (name): name is Domain => name !== 'relay',
  );
  const hears = (domain: Domain) =>
    Object.values<readonly string[]>(subscribers).some((names) => names.includes(domain));
  const jobs = Object.entries(jobOwners).map(([job, owner]) => jobQueue(owner, queueOf(job as JobName)));
  return [...new Set([...domains.filter(hears).map(eventQueue), ...jobs])].toSorted();
}

const inspect = (queue: Queue): InspectedQueue => ({
  name: queue.name,
  count: () => queue.getJobCounts('waiting', 'active', 'delayed', 'failed'),
  listDeadLetters: async () =>
    (await queue.getFailed()).map((job) => ({
      id: job.id ?? '',
      name: job.name,
      data: job.data,
      reason: job.failedReason,
      attempts: job.attemptsMade,
      failedAt: new Date(job.finishedOn ?? 0),
    })),
  replay: async (id) => {
    const job = await queue.getJob(id);
    await job?.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
  },
});

/** All queues, as BullMQ has them and as an operator looks into them. */
export function openQueues(redisUrl: string) {
  const connection = connectQueueRedis(redisUrl, 'worker');
  connection.on('error', () => undefined);
  const queues = listQueueNames().map((name) => {
    const queue = new Queue(name, { connection, prefix: queuePrefix(), skipVersionCheck: true });
    queue.on('error', () => undefined);
    return queue;
  });
  return {
    queues,
    inspected: queues.map(inspect),
    stop: async (): Promise<void> => {
      await Promise.all(queues.map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}

/** Lets an operator look into the queues. */
export function inspectQueues(redisUrl: string) {
  const { inspected, stop } = openQueues(redisUrl);
  return { queues: inspected, stop };
}
