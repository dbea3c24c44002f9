import type { Broadcast, NotificationDatabase } from '@studymate/database/notification';

export function createBroadcastRepository(database: NotificationDatabase) {
  return {
    find: (id: string): Promise<Broadcast | null> => database.broadcast.findUnique({ where: { id } }),
    create: (row: Broadcast): Promise<Broadcast> => database.broadcast.create({ data: row }),
  };
}

export type BroadcastRepository = ReturnType<typeof createBroadcastRepository>;
