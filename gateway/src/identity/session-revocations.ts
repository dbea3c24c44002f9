import type { Clock, Logger } from '@studymate/runtime';
import { Redis } from 'ioredis';

/** Whether sessions have been ended before their tokens expire. */
export interface SessionRevocations {
  isRevoked(sessionId: string): Promise<boolean>;
  onRevoked(listener: (sessionId: string) => void): void;
  stop(): Promise<void>;
}

export const noRevocations: SessionRevocations = {
  isRevoked: async () => false,
  onRevoked: () => {},
  stop: async () => {},
};

const channel = 'session-revoked';
const keyOf = (sessionId: string) => `{session}:revoked:${sessionId}`;
const commandTimeoutMs = 500;
/** A session that was found alive is looked up again after this, should the message about its end have been lost. */
const trustMs = 1_500;
const maxRemembered = 50_000;

function connect(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  let isAway = false;
  redis.on('error', (error) => {
    if (!isAway)
      logger.warn({ reason: String(error) }, 'Redis is away; ended sessions are known by memory only');
    isAway = true;
  });
  redis.on('ready', () => {
    isAway = false;
  });
  return redis;
}

/** A set that forgets its oldest members beyond a number. */
function createMemory(): { add(id: string): void; has(id: string): boolean } {
  const members = new Set<string>();
  return {
    has: (id) => members.has(id),
    add: (id) => {
      members.add(id);
      const [oldest] = members;
      if (members.size > maxRemembered && oldest !== undefined) members.delete(oldest);
    },
  };
}

/**
 * Mirrors the ended sessions that auth announces in Redis. A message ends a session at once; a look at its key
 * every 1.5 s makes up for a lost one. While Redis is away what is known stays known and nothing else changes.
 */
export function createSessionRevocations(url: string, logger: Logger, now: Clock): SessionRevocations {
  const lookup = connect(url, logger);
  const messages = connect(url, logger);
  const revoked = createMemory();
  const seenAlive = new Map<string, number>();
  const listeners: ((sessionId: string) => void)[] = [];

  const end = (sessionId: string) => {
    if (revoked.has(sessionId)) return;
    revoked.add(sessionId);
    seenAlive.delete(sessionId);
    for (const listener of listeners) listener(sessionId);
  };
  messages.on('ready', () => {
    messages
      .subscribe(channel)
      .catch((error: unknown) => logger.warn({ reason: String(error) }, 'not subscribed'));
  });
  messages.on('message', (_channel, sessionId) => end(sessionId));

  const look = async (sessionId: string) => {
    try {
      if ((await lookup.exists(keyOf(sessionId))) > 0) end(sessionId);
    } catch {
      // Redis is away: reads go on.
    }
  };

  return {
    isRevoked: async (sessionId) => {
      if (revoked.has(sessionId)) return true;
      const at = now().getTime();
      const seen = seenAlive.get(sessionId);
      if (seen !== undefined && at - seen < trustMs) return false;
      seenAlive.delete(sessionId);
      seenAlive.set(sessionId, at);
      const [oldest] = seenAlive.keys();
      if (seenAlive.size > maxRemembered && oldest !== undefined) seenAlive.delete(oldest);
      await look(sessionId);
      return revoked.has(sessionId);
    },
    onRevoked: (listener) => listeners.push(listener),
    stop: async () => {
      lookup.disconnect();
      messages.disconnect();
    },
  };
}
