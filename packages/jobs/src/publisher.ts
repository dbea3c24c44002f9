import {
  type Domain,
  type EventName,
  events,
  type JobName,
  queueOf,
  queues,
  subscribers,
} from '@studymate/contracts';
import { type JobsOptions, Queue } from 'bullmq';
import { connectQueueRedis, queuePrefix } from './connection.ts';
import { changeChannel, eventQueue, jobQueue } from './names.ts';

/** An outbox row on its way to the queues. */
export interface Outgoing {
  readonly id: string;
  readonly kind: 'EVENT' | 'JOB';
  readonly name: string;
  readonly payload: unknown;
  readonly availableAt: Date;
}

/** Word that something changed; what it is now has to be read. */
export interface Change {
  readonly topic: string;
  /** What changed within the topic, by id; empty when the topic says it all. */
  readonly detail: string;
}

const keepFailedSeconds = 30 * 24 * 3600;

const delivery: JobsOptions = {
  attempts: 12,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: { age: 3600, count: 1_000 },
  removeOnFail: { age: keepFailedSeconds },
};

interface Addressed {
  readonly queue: string;
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobsOptions;
}

/** Where an outbox row goes: one delivery per subscriber of an event, one for a job. */
function address(domain: Domain, entry: Outgoing): Addressed[] {
  if (entry.kind === 'EVENT') {
    const name = entry.name as EventName;
    const data = { id: entry.id, payload: events[name].parse(entry.payload) };
    return subscribers[name].map((subscriber) => ({
      queue: eventQueue(subscriber),
      name,
      data,
      opts: { ...delivery, jobId: entry.id },
    }));
  }
  const name = entry.name as JobName;
  const queue = queueOf(name);
  const schema = (queues[queue] as Record<string, { parse(value: unknown): unknown }>)[name];
  const delay = Math.max(0, entry.availableAt.getTime() - Date.now());
  return [
    {
      queue: jobQueue(domain, queue),
      name,
      data: schema?.parse(entry.payload),
      opts: { ...delivery, jobId: entry.id, delay },
    },
  ];
}

/** Puts outbox rows of one domain on the BullMQ queues of those who wait for them. */
export function createPublisher(domain: Domain, redisUrl: string) {
  const connection = connectQueueRedis(redisUrl, 'producer');
  connection.on('error', () => undefined);
  const open = new Map<string, Queue>();

  const queueNamed = (name: string): Queue => {
    const existing = open.get(name);
    if (existing) return existing;
    const queue = new Queue(name, { connection, prefix: queuePrefix(), skipVersionCheck: true });
    queue.on('error', () => undefined);
    open.set(name, queue);
    return queue;
  };

  return {
    /** Resolves when Redis has every row; rejects when it is away, and the rows stay in the outbox. */
    async publish(entries: readonly Outgoing[]): Promise<void> {
      const byQueue = Map.groupBy(
        entries.flatMap((entry) => address(domain, entry)),
        ({ queue }) => queue,
      );
      await Promise.all([...byQueue].map(([name, jobs]) => queueNamed(name).addBulk([...jobs])));
    },
    /** Tells whoever follows the topic now; nobody hears of it later. Does nothing while Redis is away. */
    announce({ topic, detail }: Change): void {
      connection.publish(changeChannel(topic), detail).catch(() => undefined);
    },
    async stop(): Promise<void> {
      await Promise.all([...open.values()].map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}

export type Publisher = ReturnType<typeof createPublisher>;
