import { type ReadTogether, sql } from '@studymate/database';
import type { StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';

/** The study days that learners froze. */
export function createStreakRepository(database: StudyDatabase, read: ReadTogether) {
  return {
    listFreezes: async (userId: string): Promise<StudyDay[]> => {
      const rows = await read<{ studyDay: StudyDay }>(
        sql`select "studyDay" from "StreakFreeze" where "userId" = ${userId} order by "studyDay"`,
      );
      return rows.map(({ studyDay }) => studyDay);
    },
    freeze: async (userId: string, studyDay: StudyDay, usedAt: Date): Promise<void> => {
      await database.streakFreeze.createMany({ data: { userId, studyDay, usedAt }, skipDuplicates: true });
    },
  };
}

export type StreakRepository = ReturnType<typeof createStreakRepository>;
