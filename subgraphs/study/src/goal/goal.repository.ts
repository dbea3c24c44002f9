import type { GoalMeeting, Prisma, StudyDatabase, StudyGoal } from '@studymate/database/study';
import { createRowLoader } from '../keyset.ts';

export type GoalWithMeetings = StudyGoal & { readonly meetings: readonly GoalMeeting[] };

/** Reads and writes goals and when they were met. */
export function createGoalRepository(database: StudyDatabase) {
  const byId = createRowLoader<GoalWithMeetings>((ids) =>
    database.studyGoal.findMany({ where: { id: { in: ids } }, include: { meetings: true } }),
  );

  return {
    find: (id: string) => byId.load(id),
    listOf: (userId: string): Promise<GoalWithMeetings[]> =>
      database.studyGoal.findMany({
        where: { userId },
        include: { meetings: true },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: 500,
      }),
    listRunning: (userId: string): Promise<GoalWithMeetings[]> =>
      database.studyGoal.findMany({ where: { userId, endedAt: null }, include: { meetings: true } }),
    create: (goal: Prisma.StudyGoalUncheckedCreateInput) => database.studyGoal.create({ data: goal }),
    end: async (ids: readonly string[], endedAt: Date): Promise<void> => {
      await database.studyGoal.updateMany({ where: { id: { in: [...ids] } }, data: { endedAt } });
    },
    meet: async (goalId: string, windowStart: string, metAt: Date): Promise<void> => {
      await database.goalMeeting.create({ data: { goalId, windowStart, metAt } });
    },
  };
}

export type GoalRepository = ReturnType<typeof createGoalRepository>;
