import type { AiDatabase, GenerationKind } from '@studymate/database/ai';

export interface UsageRow {
  readonly kind: GenerationKind;
  /** Calendar day in the zone asked for. */
  readonly day: string;
  readonly credits: number;
  readonly count: number;
  readonly cacheHits: number;
}

export interface UsagePeriod {
  readonly userId: string;
  readonly from: Date;
  readonly to: Date;
  /** IANA name. */
  readonly timeZone: string;
}

/** What succeeded generations have cost. */
export function createUsageRepository(database: AiDatabase) {
  return {
    /** By kind and day of the zone, days in order. */
    list: ({ userId, from, to, timeZone }: UsagePeriod) => database.$queryRaw<UsageRow[]>`
      select "kind"::text as "kind", to_char("finishedAt" at time zone ${timeZone}, 'YYYY-MM-DD') as "day",
        sum("credits")::int as "credits", count(*)::int as "count",
        (count(*) filter (where "cacheHit"))::int as "cacheHits"
      from "Generation"
      where "userId" = ${userId} and "state" = 'SUCCEEDED' and "finishedAt" >= ${from} and "finishedAt" < ${to}
      group by 1, 2 order by 2, 1`,
  };
}

export type UsageRepository = ReturnType<typeof createUsageRepository>;
