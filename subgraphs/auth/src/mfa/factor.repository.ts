import type { AuthDatabase, TotpFactor } from '@studymate/database/auth';
import type { Envelope } from '@studymate/database/encryption';
import DataLoader from 'dataloader';

export type FactorRepository = ReturnType<typeof createFactorRepository>;

const placeOf = (id: string) => ({ table: 'TotpFactor', column: 'secretCipher', rowId: id });

/** Reads and writes authenticator apps, their secrets encrypted. One per request, so `ofUser` batches. */
export function createFactorRepository(database: AuthDatabase, envelope: Envelope) {
  const byUser = new DataLoader<string, TotpFactor[]>(async (userIds) => {
    const factors = await database.totpFactor.findMany({
      where: { userId: { in: [...userIds] } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    const found = Map.groupBy(factors, ({ userId }) => userId);
    return userIds.map((id) => found.get(id) ?? []);
  });

  return {
    find: (id: string) => database.totpFactor.findUnique({ where: { id } }),
    ofUser: (userId: string) => byUser.load(userId),
    confirmedOf: (userId: string) =>
      database.totpFactor.findMany({ where: { userId, confirmedAt: { not: null } } }),
    hasConfirmed: async (userId: string): Promise<boolean> =>
      (await database.totpFactor.count({ where: { userId, confirmedAt: { not: null } } })) > 0,
    /** Null when its owner's key was destroyed. */
    secretOf: ({ id, secretCipher }: TotpFactor): Promise<string | null> =>
      envelope.open(placeOf(id), secretCipher),

    create: async ({
      secret,
      ...factor
    }: {
      id: string;
      userId: string;
      label: string;
      secret: string;
      createdAt: Date;
    }) =>
      database.totpFactor.create({
        data: { ...factor, secretCipher: await envelope.seal(factor.userId, placeOf(factor.id), secret) },
      }),
    /** Notes that the code of this step was used; false when one of it or a later step was before. */
    async useStep(id: string, step: number): Promise<boolean> {
      const { count } = await database.totpFactor.updateMany({
        where: { id, OR: [{ lastUsedStep: null }, { lastUsedStep: { lt: step } }] },
        data: { lastUsedStep: step },
      });
      return count === 1;
    },
    async confirm(id: string, confirmedAt: Date): Promise<boolean> {
      const { count } = await database.totpFactor.updateMany({
        where: { id, confirmedAt: null },
        data: { confirmedAt },
      });
      return count === 1;
    },
    rename: (id: string, label: string) => database.totpFactor.update({ where: { id }, data: { label } }),
    remove: (id: string) => database.totpFactor.delete({ where: { id } }),
  };
}
