import type { StudyDatabase, Upload } from '@studymate/database/study';

/** Reads and writes what learners announced to upload. */
export function createUploadRepository(database: StudyDatabase) {
  return {
    find: (id: string) => database.upload.findUnique({ where: { id } }),
    create: (upload: Omit<Upload, 'usedAt'>) => database.upload.create({ data: upload }),

    /** How many bytes a learner announced since an instant. */
    sumBytesSince: async (ownerId: string, since: Date): Promise<number> => {
      const { _sum } = await database.upload.aggregate({
        where: { ownerId, createdAt: { gte: since } },
        _sum: { byteSize: true },
      });
      return _sum.byteSize ?? 0;
    },

    /** False when the upload was used before. */
    use: async (id: string, usedAt: Date): Promise<boolean> => {
      const { count } = await database.upload.updateMany({ where: { id, usedAt: null }, data: { usedAt } });
      return count === 1;
    },
    listForgotten: (before: Date, take: number) =>
      database.upload.findMany({ where: { usedAt: null, expiresAt: { lt: before } }, take }),
    delete: async (ids: readonly string[]): Promise<void> => {
      await database.upload.deleteMany({ where: { id: { in: [...ids] } } });
    },
  };
}

export type UploadRepository = ReturnType<typeof createUploadRepository>;
