import type { StudyDatabase } from '@studymate/database/study';

export function createMaintenanceRepository(database: StudyDatabase) {
  return {
    listActiveDays: (userId: string) =>
      database.activityDay.findMany({ where: { userId }, select: { subjectId: true, studyDay: true } }),
  };
}

export type MaintenanceRepository = ReturnType<typeof createMaintenanceRepository>;
