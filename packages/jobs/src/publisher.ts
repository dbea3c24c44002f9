import type { Domain } from '@studymate/contracts';
import { counter, createLogger, handOn } from '@studymate/runtime';
import { Queue } from 'bullmq';
import { connectQueueRedis, queuePrefix } from './connection.ts';
import { type Addressed, addressDeliveries, type Outgoing } from './delivery.ts';
import { acknowledgementList, changeChannel, memoryMark } from './names.ts';
import { createTagChanges } from './tag-changes.ts';

/** Word that something changed; what it is now has to be read. */
export interface Change {
  readonly topic: string;
  /** What changed within the topic, by id; empty when the topic says it all. */
  readonly detail: string;
}

/** Word that what caches hold under these tags is worth nothing any more. */
export interface TagChange {
  readonly tags: readonly string[];
}

const acknowledgementsAtOnce = 1_000;

const undeliverable = counter({
  name: 'outbox_undeliverable_total',
  help: 'Times an outbox entry could not be addressed: its name or payload is not one of ours.',
  labels: ['domain', 'name'],
});

/** An entry goes on with the trace it was written in. */
function beginHandingOn(domain: Domain, entry: Outgoing) {
  const { traceparent = null, requestId = null, name, id } = entry;
  const attributes = { 'messaging.system': 'bullmq', 'messaging.message.id': id, 'studymate.part': domain };
  const { origin, end } = handOn({ traceparent, requestId }, `publish ${name}`, attributes);
  return { entry: { ...entry, ...origin }, end };
}

/** Puts outbox rows of one domain on the BullMQ queues of those who wait for them, and hears who acted on them. */
export function createPublisher(domain: Domain, redisUrl: string) {
  const logger = createLogger(`${domain}-outbox`);
  const connection = connectQueueRedis(redisUrl, 'producer');
  connection.on('error', () => undefined);
  const changeTags = createTagChanges(connection);
  const open = new Map<string, Queue>();

  const queueNamed = (name: string): Queue => {
    const existing = open.get(name);
    if (existing) return existing;
    const queue = new Queue(name, { connection, prefix: queuePrefix(), skipVersionCheck: true });
    queue.on('error', () => undefined);
    open.set(name, queue);
    return queue;
  };

  /** An entry that nobody could read must not hold up those behind it. */
  const address = (entry: Outgoing): Addressed[] => {
    try {
      return addressDeliveries(domain, entry);
    } catch (error) {
      undeliverable.inc({ domain, name: entry.name });
      logger.error({ err: error, entry: entry.id, name: entry.name }, 'outbox entry is undeliverable');
      return [];
    }
  };

  return {
    /** Resolves when Redis has every row; rejects when it is away, and the rows stay in the outbox. */
    async publish(entries: readonly Outgoing[]): Promise<void> {
      const handed = entries.map((entry) => beginHandingOn(domain, entry));
      const byQueue = Map.groupBy(
        handed.flatMap(({ entry }) => address(entry)),
        ({ queue }) => queue,
      );
      await Promise.all([...byQueue].map(([name, jobs]) => queueNamed(name).addBulk([...jobs]))).finally(
        () => {
          for (const { end } of handed) end();
        },
      );
    },
    /** Takes from Redis who has acted on what, and puts it back when `note` fails. A lost word costs a redelivery. */
    async takeAcknowledgements(note: (words: { id: string; by: string }[]) => Promise<void>): Promise<void> {
      const list = acknowledgementList(domain);
      const words = (await connection.lpop(list, acknowledgementsAtOnce)) ?? [];
      if (words.length === 0) return;
      const acknowledgements = words.map((word) => {
        const [id = '', by = ''] = word.split(' ');
        return { id, by };
      });
      await note(acknowledgements).catch(async (error: unknown) => {
        await connection.rpush(list, ...words).catch(() => undefined);
        throw error;
      });
    },
    /** True once after Redis has lost its memory, and at the first call ever. */
    async hasLostMemory(): Promise<boolean> {
      return (await connection.set(memoryMark(domain), new Date().toISOString(), 'NX')) === 'OK';
    },
    /** Tells whoever follows the topic now; nobody hears of it later. Does nothing while Redis is away. */
    announce({ topic, detail }: Change): void {
      connection.publish(changeChannel(topic), detail).catch(() => undefined);
    },
    changeTags,
    async stop(): Promise<void> {
      await Promise.all([...open.values()].map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}

export type Publisher = ReturnType<typeof createPublisher>;
