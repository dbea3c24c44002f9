import type { StudyDatabase } from '@studymate/database/study';

/** The platform's own rows, which are of no use after a while. */
export function createMaintenanceRepository(database: StudyDatabase) {
  return {
    deleteKeysBefore: (instant: Date) =>
      database.idempotencyRecord.deleteMany({ where: { createdAt: { lt: instant } } }),
    deleteInboxBefore: (instant: Date) =>
      database.inboxEntry.deleteMany({ where: { receivedAt: { lt: instant } } }),
    deletePublishedBefore: (instant: Date) =>
      database.outboxEntry.deleteMany({ where: { publishedAt: { lt: instant } } }),
    listActiveDays: (userId: string) =>
      database.activityDay.findMany({ where: { userId }, select: { subjectId: true, studyDay: true } }),
  };
}

export type MaintenanceRepository = ReturnType<typeof createMaintenanceRepository>;
