import type { StudyDatabase, Upload } from '@studymate/database/study';

export interface UploadUsage {
  readonly storedBytes: number;
  readonly recentBytes: number;
  readonly recentUploads: number;
}

/** Reads and writes what learners announced to upload. */
export function createUploadRepository(database: StudyDatabase) {
  return {
    find: (id: string) => database.upload.findUnique({ where: { id } }),
    create: (upload: Omit<Upload, 'usedAt'>) => database.upload.create({ data: upload }),

    /**
     * What a learner has in store, as far as it was announced and not deleted, and what of it, in bytes and in uploads,
     * since an instant.
     */
    usage: async (ownerId: string, since: Date): Promise<UploadUsage> => {
      const [usage] = await database.$queryRaw<UploadUsage[]>`
        select coalesce(sum("byteSize"), 0)::float8 as "storedBytes",
          coalesce(sum("byteSize") filter (where "createdAt" >= ${since}), 0)::float8 as "recentBytes",
          (count(*) filter (where "createdAt" >= ${since}))::int as "recentUploads"
        from "Upload" where "ownerId" = ${ownerId}`;
      return usage ?? { storedBytes: 0, recentBytes: 0, recentUploads: 0 };
    },

    /** False when the upload was used before. */
    use: async (id: string, usedAt: Date): Promise<boolean> => {
      const { count } = await database.upload.updateMany({ where: { id, usedAt: null }, data: { usedAt } });
      return count === 1;
    },
    /** Lets an upload be used after all. */
    giveBack: async (id: string): Promise<void> => {
      await database.upload.update({ where: { id }, data: { usedAt: null } });
    },
    listForgotten: (before: Date, take: number) =>
      database.upload.findMany({ where: { usedAt: null, expiresAt: { lt: before } }, take }),
    delete: async (ids: readonly string[]): Promise<void> => {
      await database.upload.deleteMany({ where: { id: { in: [...ids] } } });
    },
  };
}

export type UploadRepository = ReturnType<typeof createUploadRepository>;
