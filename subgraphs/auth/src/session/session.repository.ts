import type { AuthDatabase, AuthLevel, Prisma, RefreshToken, Session } from '@studymate/database/auth';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import { createPageLoader } from '../page-loader.ts';

export type SessionRepository = ReturnType<typeof createSessionRepository>;

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly deviceName: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly authLevel: AuthLevel;
  readonly at: Date;
  readonly expiresAt: Date;
}

export interface NewRefreshToken {
  readonly id: string;
  readonly sessionId: string;
  readonly generation: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const changeable = ['lastSeenAt', 'ipAddress', 'userAgent', 'authLevel', 'provenAt'] as const;

/** Reads and writes sessions and their chains of refresh tokens. One per request, so `find` batches. */
export function createSessionRepository(database: AuthDatabase, now: () => Date) {
  const byId = new DataLoader<string, Session | null>(async (ids) => {
    const sessions = await database.session.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(sessions.map((session) => [session.id, session]));
    return ids.map((id) => found.get(id) ?? null);
  });

  const livePage = createPageLoader<Session>(
    (userIds, { take, cursor: [at, id] = [] }) => database.$queryRaw`
    select page.* from unnest(${userIds}::text[]) as owner("id")
    cross join lateral (
      select * from "Session" where "userId" = owner."id" and "revokedAt" is null and "expiresAt" > ${now()}
        and (${at ?? null}::timestamptz is null or ("createdAt", "id") < (${at ?? null}::timestamptz, ${id ?? null}))
      order by "createdAt" desc, "id" desc limit ${take}
    ) as page`,
  );

  return {
    find: (id: string) => byId.load(id),
    pageOfLive: (userId: string, page: Page) => livePage(userId, page),

    create: ({ at, ...session }: NewSession) =>
      database.session.create({ data: { ...session, createdAt: at, lastSeenAt: at, provenAt: at } }),
    update: (id: string, changes: Partial<Pick<Session, (typeof changeable)[number]>>) =>
      database.session.update({ where: { id }, data: changes }),

    /** Ends the live sessions that match and answers their ids. */
    async revoke(
      where: Prisma.SessionWhereInput,
      { reason, at }: { readonly reason: string; readonly at: Date },
    ): Promise<string[]> {
      byId.clearAll();
      const ended = await database.session.updateManyAndReturn({
        where: { AND: [where, { revokedAt: null, expiresAt: { gt: at } }] },
        data: { revokedAt: at, revokedReason: reason },
        select: { id: true },
      });
      return ended.map(({ id }) => id);
    },
    /** How many people have a live session that was begun or refreshed since. */
    async countActiveUsers(since: Date): Promise<number> {
      const [row] = await database.$queryRaw<{ count: bigint }[]>`
        select count(distinct "userId") as count from "Session" where "lastSeenAt" > ${since} and "revokedAt" is null`;
      return Number(row?.count ?? 0);
    },
    revokedSince: (since: Date) =>
      database.session.findMany({ where: { revokedAt: { gte: since } }, select: { id: true } }),

    addRefreshToken: (token: NewRefreshToken) => database.refreshToken.create({ data: token }),
    /** The token and its session; the session stays locked until the transaction ends, so rotations queue up. */
    async lockRefreshToken(id: string): Promise<(RefreshToken & { session: Session }) | null> {
      await database.$queryRaw`
        select 1 from "Session" where "id" = (select "sessionId" from "RefreshToken" where "id" = ${id}) for update`;
      return database.refreshToken.findUnique({ where: { id }, include: { session: true } });
    },
    /** The unused end of the session's chain, locked like above. */
    async lockChainEnd(sessionId: string): Promise<(RefreshToken & { session: Session }) | null> {
      await database.$queryRaw`select 1 from "Session" where "id" = ${sessionId} for update`;
      return database.refreshToken.findFirst({
        where: { sessionId, usedAt: null },
        include: { session: true },
      });
    },
    findRefreshToken: (id: string) => database.refreshToken.findUnique({ where: { id } }),
    exchangeRefreshToken: (id: string, exchange: { usedAt: Date; successorId: string }) =>
      database.refreshToken.update({ where: { id }, data: exchange }),
  };
}
