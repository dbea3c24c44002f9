import type { NotificationDatabase } from '@studymate/database/notification';

/** Study time per study day, as finished sessions reported it. */
export function createTallyRepository(database: NotificationDatabase) {
  return {
    async add(session: { userId: string; studyDay: string; activeSeconds: number }): Promise<void> {
      const { userId, studyDay, activeSeconds } = session;
      await database.studyTally.upsert({
        where: { userId_studyDay: { userId, studyDay } },
        create: { userId, studyDay, sessions: 1, activeSeconds },
        update: { sessions: { increment: 1 }, activeSeconds: { increment: activeSeconds } },
      });
    },
    /** Totals over study days, both ends included. */
    async total(userId: string, { from, to }: { readonly from: string; readonly to: string }) {
      const { _sum, _count } = await database.studyTally.aggregate({
        where: { userId, studyDay: { gte: from, lte: to } },
        _sum: { sessions: true, activeSeconds: true },
        _count: true,
      });
      return { days: _count, sessions: _sum.sessions ?? 0, activeSeconds: _sum.activeSeconds ?? 0 };
    },
  };
}

export type TallyRepository = ReturnType<typeof createTallyRepository>;
