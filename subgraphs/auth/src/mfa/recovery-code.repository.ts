import { newRowId } from '@studymate/contracts';
import type { AuthDatabase } from '@studymate/database/auth';
import DataLoader from 'dataloader';

export type RecoveryCodeRepository = ReturnType<typeof createRecoveryCodeRepository>;

/** Reads and writes the hashes of recovery codes. One per request, so `countLeft` batches. */
export function createRecoveryCodeRepository(database: AuthDatabase) {
  const left = new DataLoader<string, number>(async (userIds) => {
    const counts = await database.recoveryCode.groupBy({
      by: ['userId'],
      where: { userId: { in: [...userIds] }, usedAt: null },
      _count: true,
    });
    const found = new Map(counts.map(({ userId, _count }) => [userId, _count]));
    return userIds.map((id) => found.get(id) ?? 0);
  });

  return {
    countLeft: (userId: string) => left.load(userId),
    /** The new set; the old one is worth nothing from here on. */
    async replace(userId: string, hashes: readonly string[], createdAt: Date): Promise<void> {
      await database.recoveryCode.deleteMany({ where: { userId } });
      await database.recoveryCode.createMany({
        data: hashes.map((codeHash) => ({ id: newRowId(), userId, codeHash, createdAt })),
      });
    },
    removeAll: (userId: string) => database.recoveryCode.deleteMany({ where: { userId } }),
    /** Uses up the code; false when there is no such unused one. */
    async use(userId: string, codeHash: string, usedAt: Date): Promise<boolean> {
      const { count } = await database.recoveryCode.updateMany({
        where: { userId, codeHash, usedAt: null },
        data: { usedAt },
      });
      return count === 1;
    },
  };
}
