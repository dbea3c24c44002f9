import type { StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';

/** The study days that learners froze. */
export function createStreakRepository(database: StudyDatabase) {
  return {
    listFreezes: async (userId: string): Promise<StudyDay[]> => {
      const rows = await database.streakFreeze.findMany({ where: { userId }, orderBy: { studyDay: 'asc' } });
      return rows.map(({ studyDay }) => studyDay);
    },
    freeze: async (userId: string, studyDay: StudyDay, usedAt: Date): Promise<void> => {
      await database.streakFreeze.createMany({ data: { userId, studyDay, usedAt }, skipDuplicates: true });
    },
  };
}

export type StreakRepository = ReturnType<typeof createStreakRepository>;
