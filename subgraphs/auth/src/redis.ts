import { Redis } from 'ioredis';

const commandTimeoutMs = 500;

/**
 * A connection that fails at once while Redis is away instead of holding requests up; whoever uses it knows what
 * to do without. Call `connect()` to wait for the first connection.
 */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  redis.on('error', () => undefined);
  return redis;
}
