import { newRowId } from '@studymate/contracts';
import type { PlanChangeQuote, SubscriptionDatabase } from '@studymate/database/subscription';

export type PlanChangeRepository = ReturnType<typeof createPlanChangeRepository>;

/** Reads and writes what plan changes were promised to cost. */
export function createPlanChangeRepository(database: SubscriptionDatabase) {
  return {
    create: (quote: Omit<PlanChangeQuote, 'id' | 'usedAt'>): Promise<PlanChangeQuote> =>
      database.planChangeQuote.create({ data: { ...quote, id: newRowId() } }),
    findByToken: (tokenHash: string): Promise<PlanChangeQuote | null> =>
      database.planChangeQuote.findUnique({ where: { tokenHash } }),
    get: (id: string): Promise<PlanChangeQuote> =>
      database.planChangeQuote.findUniqueOrThrow({ where: { id } }),
    /** False when the quote was used before. */
    async use(id: string, usedAt: Date): Promise<boolean> {
      const { count } = await database.planChangeQuote.updateMany({
        where: { id, usedAt: null },
        data: { usedAt },
      });
      return count === 1;
    },
    forget() {},
  };
}
