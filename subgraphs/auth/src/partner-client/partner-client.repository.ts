import type { AuthDatabase, PartnerClient } from '@studymate/database/auth';
import type { Page } from '@studymate/subgraph-kit';

export type PartnerClientRepository = ReturnType<typeof createPartnerClientRepository>;

export type NewPartnerClient = Pick<
  PartnerClient,
  'id' | 'name' | 'scopes' | 'plan' | 'createdById' | 'createdAt' | 'expiresAt'
>;

const behind = (cursor: Page['cursor']) => {
  const [createdAt, id] = cursor ?? [];
  if (createdAt === undefined || id === undefined) return {};
  const at = new Date(createdAt);
  return { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] };
};

/** Reads and writes the programs of partners; revoked ones are not found. */
export function createPartnerClientRepository(database: AuthDatabase) {
  return {
    find: (id: string): Promise<PartnerClient | null> =>
      database.partnerClient.findFirst({ where: { id, revokedAt: null } }),
    create: (client: NewPartnerClient): Promise<PartnerClient> =>
      database.partnerClient.create({ data: client }),
    page: (page: Page): Promise<PartnerClient[]> =>
      database.partnerClient.findMany({
        where: { AND: [{ revokedAt: null }, behind(page.cursor)] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: page.take,
      }),
    /** False when it was revoked before. */
    async revoke(id: string, revokedAt: Date): Promise<boolean> {
      const { count } = await database.partnerClient.updateMany({
        where: { id, revokedAt: null },
        data: { revokedAt },
      });
      return count === 1;
    },
    revokedSince: (since: Date) =>
      database.partnerClient.findMany({ where: { revokedAt: { gte: since } }, select: { id: true } }),
    /** Notes a use, unless one was noted since. */
    noteUse: (id: string, { at, since }: { readonly at: Date; readonly since: Date }) =>
      database.partnerClient.updateMany({
        where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: since } }] },
        data: { lastUsedAt: at },
      }),
  };
}
