import type { AccessToken, AuthDatabase, User } from '@studymate/database/auth';
import DataLoader from 'dataloader';

export type AccessTokenRepository = ReturnType<typeof createAccessTokenRepository>;

export interface NewAccessToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** Reads and writes access tokens; revoked ones are not found. One per request, so `ofUser` batches. */
export function createAccessTokenRepository(database: AuthDatabase) {
  const byUser = new DataLoader<string, AccessToken[]>(async (userIds) => {
    const tokens = await database.accessToken.findMany({
      where: { userId: { in: [...userIds] }, revokedAt: null },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
    const found = Map.groupBy(tokens, ({ userId }) => userId);
    return userIds.map((id) => found.get(id) ?? []);
  });

  return {
    find: (id: string) => database.accessToken.findFirst({ where: { id, revokedAt: null } }),
    findWithUser: (id: string): Promise<(AccessToken & { user: User }) | null> =>
      database.accessToken.findFirst({ where: { id, revokedAt: null }, include: { user: true } }),
    ofUser: (userId: string) => byUser.load(userId),
    /** Holds off others that count the user's tokens, until the transaction ends. */
    lockUser: (userId: string) => database.$queryRaw`select 1 from "User" where "id" = ${userId} for update`,
    countLive: (userId: string, at: Date) =>
      database.accessToken.count({
        where: { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] },
      }),
    create: ({ scopes, ...token }: NewAccessToken) =>
      database.accessToken.create({ data: { ...token, scopes: [...scopes] } }),
    async revoke(id: string, revokedAt: Date): Promise<boolean> {
      byUser.clearAll();
      const { count } = await database.accessToken.updateMany({
        where: { id, revokedAt: null },
        data: { revokedAt },
      });
      return count === 1;
    },
    /** Answers the ids of those that were live. */
    async revokeAllOf(userId: string, revokedAt: Date): Promise<string[]> {
      byUser.clearAll();
      const ended = await database.accessToken.updateManyAndReturn({
        where: { userId, revokedAt: null },
        data: { revokedAt },
        select: { id: true },
      });
      return ended.map(({ id }) => id);
    },
    /** Notes a use, unless one was noted since. */
    noteUse: (id: string, { at, since }: { readonly at: Date; readonly since: Date }) =>
      database.accessToken.updateMany({
        where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: since } }] },
        data: { lastUsedAt: at },
      }),
    revokedSince: (since: Date) =>
      database.accessToken.findMany({ where: { revokedAt: { gte: since } }, select: { id: true } }),
  };
}
