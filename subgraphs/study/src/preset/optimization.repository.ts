import type { PresetOptimization, StudyDatabase } from '@studymate/database/study';
import DataLoader from 'dataloader';
import type { TrainingReview } from './train-parameters.ts';

/** Where trainings of presets are kept, and the reviews that they are made on. */
export function createOptimizationRepository(database: StudyDatabase) {
  const ofPreset = new DataLoader<string, { last: PresetOptimization | null; isOpen: boolean }>(
    async (presetIds) => {
      const ids = [...presetIds];
      const [finished, open] = await Promise.all([
        database.presetOptimization.findMany({
          where: { presetId: { in: ids }, finishedAt: { not: null } },
          distinct: ['presetId'],
          orderBy: [{ presetId: 'asc' }, { finishedAt: 'desc' }, { id: 'desc' }],
        }),
        database.presetOptimization.findMany({ where: { presetId: { in: ids }, finishedAt: null } }),
      ]);
      return ids.map((id) => ({
        last: finished.find(({ presetId }) => presetId === id) ?? null,
        isOpen: open.some(({ presetId }) => presetId === id),
      }));
    },
  );

  return {
    of: (presetId: string) => ofPreset.load(presetId),
    find: (id: string) => database.presetOptimization.findUnique({ where: { id } }),

    /** False when one is open already. */
    open: async (optimization: { id: string; presetId: string; requestedAt: Date }): Promise<boolean> => {
      ofPreset.clear(optimization.presetId);
      const { count } = await database.presetOptimization.createMany({
        data: [optimization],
        skipDuplicates: true,
      });
      return count === 1;
    },
    finish: async ({
      id,
      ...report
    }: Omit<PresetOptimization, 'presetId' | 'requestedAt'>): Promise<void> => {
      await database.presetOptimization.updateMany({ where: { id, finishedAt: null }, data: report });
    },

    /** Reviews of the preset's decks that follow an earlier study day, counted up to a limit. */
    countUsable: async (presetId: string, limit: number): Promise<number> => {
      const [row] = await database.$queryRaw<{ count: number }[]>`
        select count(*)::int as "count" from (
          select 1 from "Deck" join "ReviewLog" review on review."deckId" = "Deck"."id"
          where "Deck"."presetId" = ${presetId} and review."undoneAt" is null and review."elapsedStudyDays" > 0
          limit ${limit}
        ) as usable`;
      return row?.count ?? 0;
    },

    /** Whole histories of the preset's cards, card by card, in the order of replay: so many reviews at most. */
    listReviews: (presetId: string, limit: number) =>
      database.$queryRaw<TrainingReview[]>`
        with card as (
          select card."id", sum(card."reps") over (order by md5(card."id"), card."id") as "total"
          from "Deck" join "Card" card on card."deckId" = "Deck"."id"
          where "Deck"."presetId" = ${presetId} and card."reps" > 1
        )
        select "cardId", array_position(array['AGAIN', 'HARD', 'GOOD', 'EASY'], "grade"::text) as "rating",
          "elapsedStudyDays", "reviewedAt"
        from card join "ReviewLog" on "cardId" = card."id" and "undoneAt" is null
        where card."total" <= ${limit} order by "cardId", "reviewedAt", "clientReviewId"`,
  };
}

export type OptimizationRepository = ReturnType<typeof createOptimizationRepository>;
