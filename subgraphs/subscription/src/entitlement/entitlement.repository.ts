import type { SubscriptionDatabase } from '@studymate/database/subscription';

export type UseRepository = ReturnType<typeof createUseRepository>;

/** Counts the use of METERED features. */
export function createUseRepository(database: SubscriptionDatabase) {
  return {
    async count(use: { userId: string; feature: string; periodStart: Date }): Promise<void> {
      await database.featureUse.upsert({
        where: { userId_feature_periodStart: use },
        create: { ...use, used: 1 },
        update: { used: { increment: 1 } },
      });
    },
    listSince: (userId: string, periodStart: Date) =>
      database.featureUse.findMany({ where: { userId, periodStart } }),
    /** Credits spent since an instant. */
    async spentSince(userId: string, since: Date): Promise<number> {
      const { _sum } = await database.ledgerEntry.aggregate({
        where: { userId, kind: 'CAPTURE', at: { gte: since } },
        _sum: { quantity: true },
      });
      return _sum.quantity ?? 0;
    },
    forget() {},
  };
}
