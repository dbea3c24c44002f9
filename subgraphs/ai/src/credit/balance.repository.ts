import type { AiDatabase } from '@studymate/database/ai';

/** What learners could spend when billing last told. */
export function createBalanceRepository(database: AiDatabase) {
  return {
    /** Null when billing has told nothing yet. */
    findAvailable: async (userId: string): Promise<number | null> =>
      (await database.creditBalance.findUnique({ where: { userId } }))?.available ?? null,
    save: async (userId: string, available: number, changedAt: Date): Promise<void> => {
      const values = { available, changedAt };
      await database.creditBalance.upsert({
        where: { userId },
        create: { userId, ...values },
        update: values,
      });
    },
  };
}

export type BalanceRepository = ReturnType<typeof createBalanceRepository>;
