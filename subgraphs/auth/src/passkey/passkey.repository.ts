import type { AuthDatabase, PasskeyFactor } from '@studymate/database/auth';
import DataLoader from 'dataloader';

export type PasskeyRepository = ReturnType<typeof createPasskeyRepository>;

export type NewPasskey = Omit<PasskeyFactor, 'signCount' | 'lastUsedAt'> & { readonly signCount: number };

/** Reads and writes passkeys. One per request, so `ofUser` batches. */
export function createPasskeyRepository(database: AuthDatabase) {
  const byUser = new DataLoader<string, PasskeyFactor[]>(async (userIds) => {
    const passkeys = await database.passkeyFactor.findMany({
      where: { userId: { in: [...userIds] } },
      orderBy: [{ confirmedAt: 'asc' }, { id: 'asc' }],
    });
    const found = Map.groupBy(passkeys, ({ userId }) => userId);
    return userIds.map((id) => found.get(id) ?? []);
  });

  return {
    find: (id: string) => database.passkeyFactor.findUnique({ where: { id } }),
    findByCredential: (credentialId: string) =>
      database.passkeyFactor.findUnique({ where: { credentialId } }),
    ofUser: (userId: string) => byUser.load(userId),
    countOf: (userId: string) => database.passkeyFactor.count({ where: { userId } }),

    /** False when the credential is somebody's already. */
    async create(passkey: NewPasskey): Promise<boolean> {
      byUser.clear(passkey.userId);
      const { count } = await database.passkeyFactor.createMany({ data: [passkey], skipDuplicates: true });
      return count === 1;
    },
    /** Notes a signature; false when the authenticator counts and its count has not grown since the last one. */
    async recordUse(id: string, { signCount, at }: { signCount: number; at: Date }): Promise<boolean> {
      const { count } = await database.passkeyFactor.updateMany({
        where: { id, signCount: signCount === 0 ? 0 : { lt: signCount } },
        data: { signCount, lastUsedAt: at },
      });
      return count === 1;
    },
    rename: (id: string, label: string) => database.passkeyFactor.update({ where: { id }, data: { label } }),
    remove: (id: string) => database.passkeyFactor.delete({ where: { id } }),
  };
}
