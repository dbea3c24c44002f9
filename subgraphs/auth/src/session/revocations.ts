import type { Redis } from 'ioredis';
import type { KnownSessions } from '../risk/known-sessions.ts';

/** Longer than any access token lives, so that a revoked session's tokens are all dead before its mark goes. */
const markSeconds = 900;

/** The mark that tells every gateway that a session has ended. */
export const revocationKey = (sessionId: string) => `{session}:revoked:${sessionId}`;

export const revocationChannel = 'session-revoked';

/**
 * Tells all gateways of ended sessions: a mark in Redis and a message on `session-revoked`. What cannot be told
 * because Redis is away is told by the worker's sweep later; the database has the truth.
 */
export function createRevocations(redis: Redis, knownSessions: KnownSessions) {
  const tell = async (sessionId: string): Promise<void> => {
    const isNews = await redis.set(revocationKey(sessionId), '1', 'EX', markSeconds, 'NX');
    if (isNews) await redis.publish(revocationChannel, sessionId);
  };
  return {
    async announce(sessionIds: readonly string[]): Promise<void> {
      await knownSessions.forget(sessionIds);
      await Promise.allSettled(sessionIds.map(tell));
    },
  };
}

export type Revocations = ReturnType<typeof createRevocations>;

export const announcedForMs = markSeconds * 1000;
