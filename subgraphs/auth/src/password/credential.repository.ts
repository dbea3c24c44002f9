import type { AuthDatabase } from '@studymate/database/auth';
import type { HashedPassword } from './password-hasher.ts';

export type CredentialRepository = ReturnType<typeof createCredentialRepository>;

/** Reads and writes the hashes of passwords. */
export function createCredentialRepository(database: AuthDatabase) {
  return {
    /** The password of the account from now on. */
    set: (userId: string, hashed: HashedPassword, changedAt: Date) =>
      database.passwordCredential.upsert({
        where: { userId },
        create: { userId, ...hashed, changedAt },
        update: { ...hashed, changedAt },
      }),
    exists: async (userId: string): Promise<boolean> =>
      (await database.passwordCredential.count({ where: { userId } })) > 0,
    /** The same password, hashed anew. */
    replaceHash: (userId: string, { hash, pepperVersion }: HashedPassword) =>
      database.passwordCredential.update({ where: { userId }, data: { hash, pepperVersion } }),
  };
}
