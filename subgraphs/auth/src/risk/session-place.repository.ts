import type { AuthDatabase, AuthLevel, SessionPlace } from '@studymate/database/auth';

export type SessionPlaceRepository = ReturnType<typeof createSessionPlaceRepository>;

export interface NotedPlace {
  readonly sessionId: string;
  readonly deviceHash: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly riskScore: number;
  readonly riskReasons: readonly string[];
  readonly at: Date;
}

/** Reads and writes where sessions were used from. */
export function createSessionPlaceRepository(database: AuthDatabase) {
  const upsert = (
    { sessionId, deviceHash, at, riskReasons, ...seen }: NotedPlace,
    more: Partial<Pick<SessionPlace, 'provenLevel' | 'provenScore' | 'loggedAt'>>,
  ): Promise<SessionPlace> => {
    const now = { ...seen, riskReasons: [...riskReasons], lastSeenAt: at, ...more };
    return database.sessionPlace.upsert({
      where: { sessionId_deviceHash: { sessionId, deviceHash } },
      create: { sessionId, deviceHash, firstSeenAt: at, ...now },
      update: now,
    });
  };

  return {
    of: (sessionId: string): Promise<SessionPlace[]> =>
      database.sessionPlace.findMany({ where: { sessionId }, orderBy: { firstSeenAt: 'asc' }, take: 200 }),
    note: (place: NotedPlace) => upsert(place, {}),
    /** Notes that the person proved who they are from there, at that risk. */
    prove: (place: NotedPlace, level: AuthLevel) =>
      upsert(place, { provenLevel: level, provenScore: place.riskScore }),
    /** True for one caller in each period: the log is to have one line, however often a refused request comes. */
    async claimLogLine(
      { sessionId, deviceHash }: Pick<NotedPlace, 'sessionId' | 'deviceHash'>,
      { at, since }: { readonly at: Date; readonly since: Date },
    ): Promise<boolean> {
      const { count } = await database.sessionPlace.updateMany({
        where: { sessionId, deviceHash, OR: [{ loggedAt: null }, { loggedAt: { lt: since } }] },
        data: { loggedAt: at },
      });
      return count === 1;
    },
  };
}
