import type {
  AuthDatabase,
  ExternalIdentity,
  IdentityProvider,
  ProviderSignIn,
} from '@studymate/database/auth';
import DataLoader from 'dataloader';

export type IdentityRepository = ReturnType<typeof createIdentityRepository>;

/** Reads and writes accounts elsewhere, and sign-ins on their way through them. One per request, so `ofUser` batches. */
export function createIdentityRepository(database: AuthDatabase) {
  const byUser = new DataLoader<string, ExternalIdentity[]>(async (userIds) => {
    const identities = await database.externalIdentity.findMany({
      where: { userId: { in: [...userIds] } },
      orderBy: [{ linkedAt: 'asc' }, { id: 'asc' }],
    });
    const found = Map.groupBy(identities, ({ userId }) => userId);
    return userIds.map((id) => found.get(id) ?? []);
  });

  return {
    ofUser: (userId: string) => byUser.load(userId),
    find: (provider: IdentityProvider, subject: string) =>
      database.externalIdentity.findUnique({ where: { provider_subject: { provider, subject } } }),
    /** False when the identity is somebody's already, or the user has another one of the provider. */
    async link(identity: ExternalIdentity): Promise<boolean> {
      byUser.clear(identity.userId);
      const { count } = await database.externalIdentity.createMany({
        data: [identity],
        skipDuplicates: true,
      });
      return count === 1;
    },
    async unlink(userId: string, provider: IdentityProvider): Promise<boolean> {
      byUser.clear(userId);
      const { count } = await database.externalIdentity.deleteMany({ where: { userId, provider } });
      return count === 1;
    },

    beginSignIn: (signIn: Omit<ProviderSignIn, 'usedAt'>) => database.providerSignIn.create({ data: signIn }),
    /** Uses the sign-in up: of any number of parallel calls one gets the row, the others null. */
    async consumeSignIn(id: string, provider: IdentityProvider, at: Date): Promise<ProviderSignIn | null> {
      const [signIn] = await database.providerSignIn.updateManyAndReturn({
        where: { id, provider, usedAt: null, expiresAt: { gt: at } },
        data: { usedAt: at },
      });
      return signIn ?? null;
    },
    deleteExpiredSignIns: (before: Date) =>
      database.providerSignIn.deleteMany({ where: { expiresAt: { lt: before } } }),
  };
}
