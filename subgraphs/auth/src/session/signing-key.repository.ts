import type { AuthClient, Prisma, SigningKey } from '@studymate/database/auth';

export type SigningKeyRepository = ReturnType<typeof createSigningKeyRepository>;

export interface NewSigningKey {
  readonly id: string;
  readonly publicKey: Prisma.InputJsonObject;
  readonly privateCipher: string;
  readonly createdAt: Date;
  readonly activeFrom: Date;
}

const rotationLock = 7_201_601;

/** Reads and writes the keys that sign access tokens. */
export function createSigningKeyRepository(database: AuthClient) {
  return {
    /** Every key whose tokens may still be about, the youngest first. */
    listPublished: (at: Date): Promise<SigningKey[]> =>
      database.signingKey.findMany({
        where: { OR: [{ retiresAt: null }, { retiresAt: { gt: at } }] },
        orderBy: [{ activeFrom: 'desc' }, { id: 'desc' }],
      }),

    /** Adds the key unless `isNeeded` says no to the youngest there is; one process at a time. */
    addWhenNeeded: (
      isNeeded: (youngest: SigningKey | null) => boolean,
      key: NewSigningKey,
      othersRetireAt: Date,
    ): Promise<boolean> =>
      database.$transaction(async (inner) => {
        await inner.$executeRaw`select pg_advisory_xact_lock(${rotationLock}::bigint)`;
        const youngest = await inner.signingKey.findFirst({
          orderBy: [{ activeFrom: 'desc' }, { id: 'desc' }],
        });
        if (!isNeeded(youngest)) return false;
        await inner.signingKey.updateMany({
          where: { retiresAt: null },
          data: { retiresAt: othersRetireAt },
        });
        await inner.signingKey.create({ data: key });
        return true;
      }),
  };
}
