import type { FeatureUse, SubscriptionDatabase } from '@studymate/database/subscription';
import { batchMany, batchOne } from '../batch.ts';

export type UseRepository = ReturnType<typeof createUseRepository>;

/** One learner from one instant on, as a key to batch by. */
const keyOf = (userId: string, since: Date) => `${userId} ${since.toISOString()}`;

function partsOf(key: string): { userId: string; since: Date } {
  const [userId = '', since = ''] = key.split(' ');
  return { userId, since: new Date(since) };
}

interface Spent {
  readonly userId: string;
  readonly since: Date;
  readonly credits: number;
}

/** Counts the use of METERED features. */
export function createUseRepository(database: SubscriptionDatabase) {
  const uses = batchMany<FeatureUse>(
    (keys) => {
      const wanted = keys.map(partsOf).map(({ userId, since }) => ({ userId, periodStart: since }));
      return database.featureUse.findMany({ where: { OR: wanted } });
    },
    ({ userId, periodStart }) => keyOf(userId, periodStart),
  );
  const spent = batchOne<Spent>(
    (keys) => {
      const wanted = keys.map(partsOf);
      return database.$queryRaw<Spent[]>`
        select "asked"."userId", "asked"."since", coalesce(sum("line"."quantity"), 0)::int as "credits"
        from unnest(${wanted.map(({ userId }) => userId)}::text[], ${wanted.map(({ since }) => since)}::timestamptz[])
          as "asked"("userId", "since")
        left join "LedgerEntry" as "line"
          on "line"."userId" = "asked"."userId" and "line"."kind" = 'CAPTURE' and "line"."at" >= "asked"."since"
        group by 1, 2`;
    },
    ({ userId, since }) => keyOf(userId, since),
  );

  return {
    async count(use: { userId: string; feature: string; periodStart: Date }): Promise<void> {
      await database.featureUse.upsert({
        where: { userId_feature_periodStart: use },
        create: { ...use, used: 1 },
        update: { used: { increment: 1 } },
      });
      uses.forget();
    },
    listOf: (userId: string, periodStart: Date) => uses.load(keyOf(userId, periodStart)),
    /** Credits spent since an instant. */
    spentSince: async (userId: string, since: Date): Promise<number> =>
      (await spent.load(keyOf(userId, since)))?.credits ?? 0,
    forget() {
      uses.forget();
      spent.forget();
    },
  };
}
