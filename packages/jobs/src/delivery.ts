import {
  type Domain,
  type EventName,
  events,
  type JobName,
  queueOf,
  queues,
  recipientsOf,
} from '@studymate/contracts';
import type { Origin } from '@studymate/runtime';
import type { Job, JobsOptions } from 'bullmq';
import { z } from 'zod';
import { eventQueue, jobQueue } from './names.ts';

/** An outbox row on its way to the queues. */
export interface Outgoing {
  readonly id: string;
  readonly kind: 'EVENT' | 'JOB';
  readonly name: string;
  readonly payload: unknown;
  readonly availableAt: Date;
  /** The trace (W3C) and the request that caused it, when they are known. */
  readonly traceparent?: string | null;
  readonly requestId?: string | null;
  /** Whom it still has to reach (all, when it is not said), and which entry each must have acted on before. */
  readonly recipients?: readonly { readonly name: string; readonly after: string | null }[];
}

/** What travels for an event. */
export interface Delivery {
  readonly id: string;
  readonly payload: unknown;
  /** The domain that waits for the acknowledgement. */
  readonly from?: Domain;
  /** The event of the same user that has to be acted on before. */
  readonly after?: string | null;
}

const keepFailedSeconds = 30 * 24 * 3600;

/**
 * About half an hour of tries; what then still fails is a dead letter and stays to be looked at and replayed. What is
 * done is gone at once: were its acknowledgement lost, the next delivery of the same id must get through.
 */
const persistent: JobsOptions = {
  attempts: 12,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: true,
  removeOnFail: { age: keepFailedSeconds },
};

/** What caused an entry, where BullMQ keeps it: it hands it to the worker untouched. */
const carrying = ({ traceparent = null, requestId = null }: Outgoing): JobsOptions =>
  traceparent === null && requestId === null
    ? {}
    : { telemetry: { metadata: JSON.stringify({ traceparent, requestId }) } };

const originSchema = z.object({ traceparent: z.string().nullable(), requestId: z.string().nullable() });

/** What caused a delivery or job; nothing for one that was sent before that was kept. */
export function originOf({ opts }: Pick<Job, 'opts'>): Origin {
  const { metadata } = opts.telemetry ?? {};
  return metadata ? originSchema.parse(JSON.parse(metadata)) : { traceparent: null, requestId: null };
}

export interface Addressed {
  readonly queue: string;
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobsOptions;
}

/** One delivery per recipient of an event, one for a job. The queue drops an id that it holds already. */
export function addressDeliveries(domain: Domain, entry: Outgoing): Addressed[] {
  const { id, kind } = entry;
  const recipients =
    entry.recipients ?? recipientsOf(kind, entry.name).map((name) => ({ name, after: null }));
  if (kind === 'EVENT') {
    const name = entry.name as EventName;
    const payload = events[name].parse(entry.payload);
    return recipients.map((recipient) => ({
      queue: eventQueue(recipient.name as Domain),
      name,
      data: { id, from: domain, after: recipient.after, payload } satisfies Delivery,
      opts: { ...persistent, ...carrying(entry), jobId: id },
    }));
  }
  const name = entry.name as JobName;
  const queue = queueOf(name);
  const schema = (queues[queue] as Record<string, { parse(value: unknown): unknown }>)[name];
  const delay = Math.max(0, entry.availableAt.getTime() - Date.now());
  return recipients.map(() => ({
    queue: jobQueue(domain, queue),
    name,
    data: schema?.parse(entry.payload),
    opts: { ...persistent, ...carrying(entry), jobId: id, delay },
  }));
}
