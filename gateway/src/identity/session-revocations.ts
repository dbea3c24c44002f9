import type { Logger } from '@studymate/runtime';
import { Redis } from 'ioredis';
import type { Eventually } from '../execution/eventually.ts';

/** Whether sessions have been ended before their tokens expire. */
export interface SessionRevocations {
  isRevoked(sessionId: string): Eventually<boolean>;
  onRevoked(listener: (sessionId: string) => void): void;
  stop(): Promise<void>;
}

export const noRevocations: SessionRevocations = {
  isRevoked: () => false,
  onRevoked: () => {},
  stop: async () => {},
};

const channel = 'session-revoked';
const keyOf = (sessionId: string) => `{session}:revoked:${sessionId}`;
const commandTimeoutMs = 500;
/** A session that was found alive is looked up again after this, should the message about its end have been lost. */
const trustMs = 1_500;
/** How often all sessions in use are looked up together, so that hardly any request waits for it. */
const lookEveryMs = 1_000;
/** A session that nobody used for so long is not looked up with the others. */
const inUseMs = 30_000;
const maxLookedUp = 1_000;
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

/** When a session was last found alive, and when somebody last came with it. */
interface LiveSession {
  lookedAt: number;
  usedAt: number;
}

interface LiveSessions {
  /** Whether what was found of a session still counts. */
  isTrusted(sessionId: string): boolean;
  found(sessionId: string): void;
  forget(sessionId: string): void;
  /** The sessions in use; the others are forgotten. */
  inUse(): string[];
}

function createLiveSessions(): LiveSessions {
  const sessions = new Map<string, LiveSession>();
  return {
    isTrusted: (sessionId) => {
      const session = sessions.get(sessionId);
      const at = performance.now();
      if (!session || at - session.lookedAt >= trustMs) return false;
      session.usedAt = at;
      return true;
    },
    found: (sessionId) => {
      const at = performance.now();
      const session = sessions.get(sessionId);
      if (session) session.lookedAt = at;
      else if (sessions.size < maxRemembered) sessions.set(sessionId, { lookedAt: at, usedAt: at });
    },
    forget: (sessionId) => sessions.delete(sessionId),
    inUse: () => {
      const since = performance.now() - inUseMs;
      for (const [sessionId, { usedAt }] of sessions) if (usedAt < since) sessions.delete(sessionId);
      return [...sessions.keys()];
    },
  };
}

/**
 * Mirrors the ended sessions that auth announces in Redis. A message ends a session at once; a look at the keys of
 * all sessions in use, every second, makes up for a lost one. While Redis is away what is known stays known and
 * nothing else changes.
 */
export function createSessionRevocations(url: string, logger: Logger): SessionRevocations {
  const lookup = connect(url, logger);
  const messages = connect(url, logger);
  const revoked = createMemory();
  const live = createLiveSessions();
  const listeners: ((sessionId: string) => void)[] = [];

  const end = (sessionId: string) => {
    if (revoked.has(sessionId)) return;
    revoked.add(sessionId);
    live.forget(sessionId);
    for (const listener of listeners) listener(sessionId);
  };
  messages.on('ready', () => {
    messages
      .subscribe(channel)
      .catch((error: unknown) => logger.warn({ reason: String(error) }, 'not subscribed'));
  });
  messages.on('message', (_channel, sessionId) => end(sessionId));

  const look = async (sessionIds: readonly string[]) => {
    const marks = await lookup.mget(sessionIds.map(keyOf)).catch(() => {
      // Redis is away: reads go on.
      return [];
    });
    for (const [index, sessionId] of sessionIds.entries()) {
      if (typeof marks[index] === 'string') end(sessionId);
      else if (!revoked.has(sessionId)) live.found(sessionId);
    }
  };
  const looking = setInterval(() => {
    const sessionIds = live.inUse();
    for (let start = 0; start < sessionIds.length; start += maxLookedUp)
      void look(sessionIds.slice(start, start + maxLookedUp));
  }, lookEveryMs).unref();

  return {
    isRevoked: (sessionId) => {
      if (live.isTrusted(sessionId)) return false;
      if (revoked.has(sessionId)) return true;
      return look([sessionId]).then(() => revoked.has(sessionId));
    },
    onRevoked: (listener) => listeners.push(listener),
    stop: async () => {
      clearInterval(looking);
      lookup.disconnect();
      messages.disconnect();
    },
  };
}
