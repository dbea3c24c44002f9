import type { NotificationDatabase, ReminderSchedule } from '@studymate/database/notification';

/** Reminders and when each rings next. */
export function createReminderRepository(database: NotificationDatabase) {
  return {
    find: (id: string): Promise<ReminderSchedule | null> =>
      database.reminderSchedule.findUnique({ where: { id } }),
    ofUser: (userId: string): Promise<ReminderSchedule[]> =>
      database.reminderSchedule.findMany({
        where: { userId },
        orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
      }),
    create: (row: ReminderSchedule): Promise<ReminderSchedule> =>
      database.reminderSchedule.create({ data: row }),
    update: (id: string, data: Partial<Omit<ReminderSchedule, 'id'>>): Promise<ReminderSchedule> =>
      database.reminderSchedule.update({ where: { id }, data }),
    listDue: (now: Date, take: number): Promise<ReminderSchedule[]> =>
      database.reminderSchedule.findMany({
        where: { nextRunAt: { lte: now } },
        orderBy: { nextRunAt: 'asc' },
        take,
      }),
    /** Moves a due reminder on; false when another worker has done so, or the learner has just paused it. */
    async advance({ id, nextRunAt: seen }: ReminderSchedule, nextRunAt: Date | null): Promise<boolean> {
      const { count } = await database.reminderSchedule.updateMany({
        where: { id, nextRunAt: seen },
        data: { nextRunAt },
      });
      return count === 1;
    },
  };
}

export type ReminderRepository = ReturnType<typeof createReminderRepository>;
