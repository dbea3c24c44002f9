import type { Card, StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';

type SampledCard = Pick<Card, 'stability' | 'difficulty' | 'lastStudyDay' | 'due'>;

/** What a simulated workload starts from. */
export function createWorkloadRepository(database: StudyDatabase) {
  return {
    /** So many of a preset's cards that are not suspended, the same ones each time. */
    sampleCards: (presetId: string, limit: number): Promise<SampledCard[]> =>
      database.$queryRaw<SampledCard[]>`
        select card."stability", card."difficulty", card."lastStudyDay", card."due"
        from "Deck" join "Card" card on card."deckId" = "Deck"."id" and not card."suspended"
        where "Deck"."presetId" = ${presetId} order by md5(card."id"), card."id" limit ${limit}`,
    countCards: (presetId: string) =>
      database.card.count({ where: { deck: { presetId }, suspended: false } }),

    /** How often a learner gave each grade from a study day on, to new cards and to others. */
    countGrades: (userId: string, from: StudyDay) =>
      database.$queryRaw<{ isFirst: boolean; grade: string; count: number }[]>`
        select "stateBefore" = 'NEW' as "isFirst", "grade"::text as "grade", count(*)::int as "count"
        from "ReviewLog" where "userId" = ${userId} and "studyDay" >= ${from} and "undoneAt" is null group by 1, 2`,
  };
}

export type WorkloadRepository = ReturnType<typeof createWorkloadRepository>;
