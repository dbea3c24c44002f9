import type { StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';

export function createMaintenanceRepository(database: StudyDatabase) {
  return {
    /** Who has studied on that day or later, by id. */
    listActiveUsers: async (
      since: StudyDay,
      page: { readonly after: string; readonly limit: number },
    ): Promise<string[]> => {
      const users = await database.activityDay.findMany({
        where: { studyDay: { gte: since }, userId: { gt: page.after } },
        distinct: ['userId'],
        orderBy: { userId: 'asc' },
        take: page.limit,
        select: { userId: true },
      });
      return users.map(({ userId }) => userId);
    },
    listActiveDays: (userId: string) =>
      database.activityDay.findMany({ where: { userId }, select: { subjectId: true, studyDay: true } }),
  };
}

export type MaintenanceRepository = ReturnType<typeof createMaintenanceRepository>;
