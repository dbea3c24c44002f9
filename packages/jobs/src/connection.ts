import { Redis } from 'ioredis';

/**
 * A Redis connection for BullMQ. Producers fail fast while Redis is away (the outbox keeps what could not be
 * sent); workers wait for it to come back.
 */
export const connectQueueRedis = (url: string, role: 'producer' | 'worker'): Redis =>
  new Redis(url, {
    maxRetriesPerRequest: null,
    enableOfflineQueue: role === 'worker',
    ...(role === 'producer' ? { commandTimeout: 5_000 } : {}),
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });

/** All keys of one queue share a hash slot, so Redis Cluster can hold them (`{…}` is the hash tag). */
export const queuePrefix = (env: NodeJS.ProcessEnv = process.env): string =>
  `{${env.QUEUE_PREFIX ?? 'studymate'}}`;
