import type { AuthDatabase, AvatarUpload } from '@studymate/database/auth';

export type AvatarRepository = ReturnType<typeof createAvatarRepository>;

/** Reads and writes the pictures that were announced. */
export function createAvatarRepository(database: AuthDatabase) {
  return {
    find: (id: string): Promise<AvatarUpload | null> => database.avatarUpload.findUnique({ where: { id } }),
    create: (upload: Omit<AvatarUpload, 'usedAt'>): Promise<AvatarUpload> =>
      database.avatarUpload.create({ data: upload }),
    countSince: (userId: string, since: Date): Promise<number> =>
      database.avatarUpload.count({ where: { userId, createdAt: { gt: since } } }),
    /** False when it was used before. */
    async use(id: string, usedAt: Date): Promise<boolean> {
      const { count } = await database.avatarUpload.updateMany({
        where: { id, usedAt: null },
        data: { usedAt },
      });
      return count === 1;
    },
    /** Those that nobody needs any more: never used, or replaced since. */
    listForgotten: (before: Date): Promise<Pick<AvatarUpload, 'id' | 'key'>[]> =>
      database.$queryRaw`
        select "id", "key" from "AvatarUpload" where "expiresAt" < ${before} and not exists (
          select 1 from "User" where "User"."id" = "userId" and "avatarKey" = "AvatarUpload"."key") limit 100`,
    async delete(id: string): Promise<void> {
      await database.avatarUpload.delete({ where: { id } });
    },
  };
}
