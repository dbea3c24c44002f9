import { authLevels } from '@studymate/contracts';
import type { Session, SessionPlace } from '@studymate/database/auth';
import type { Redis } from 'ioredis';
import { z } from 'zod';

/** A session that nobody has used for so long is read from the database again. */
const idleSeconds = 1_800;

const keyOf = (sessionId: string) => `{session}:known:${sessionId}`;

const levelSchema = z.enum(authLevels);

const placeSchema = z.object({
  deviceHash: z.string(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  riskScore: z.number(),
  lastSeenAt: z.coerce.date(),
  provenLevel: levelSchema.nullable(),
  provenScore: z.number().nullable(),
});

const sessionSchema = z.object({
  userId: z.string(),
  authLevel: levelSchema,
  expiresAt: z.coerce.date(),
  places: z.array(placeSchema),
});

export type KnownPlace = z.output<typeof placeSchema>;

/** What the assessment of a request has to know of its session. */
export type KnownSession = z.output<typeof sessionSchema>;

export const knownSessionOf = (session: Session, places: readonly SessionPlace[]): KnownSession => ({
  userId: session.userId,
  authLevel: session.authLevel,
  expiresAt: session.expiresAt,
  places: places.map((place) => placeSchema.parse(place)),
});

/**
 * Sessions in use, kept in Redis until they have idled for 30 minutes. The database has the truth: what is not here, or
 * not to be had while Redis is away, is read there.
 */
export function createKnownSessions(redis: Redis) {
  return {
    isReachable: (): boolean => redis.status === 'ready',
    async find(sessionId: string): Promise<KnownSession | null> {
      const text = await redis.getex(keyOf(sessionId), 'EX', idleSeconds).catch(() => null);
      return text === null ? null : sessionSchema.parse(JSON.parse(text));
    },
    async keep(sessionId: string, session: KnownSession): Promise<void> {
      await redis.set(keyOf(sessionId), JSON.stringify(session), 'EX', idleSeconds).catch(() => undefined);
    },
    async forget(sessionIds: readonly string[]): Promise<void> {
      if (sessionIds.length > 0) await redis.del(sessionIds.map(keyOf)).catch(() => undefined);
    },
  };
}

export type KnownSessions = ReturnType<typeof createKnownSessions>;
