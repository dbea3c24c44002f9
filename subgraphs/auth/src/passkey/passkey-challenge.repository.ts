import type { AuthDatabase, PasskeyCeremony, PasskeyChallenge } from '@studymate/database/auth';

export type PasskeyChallengeRepository = ReturnType<typeof createPasskeyChallengeRepository>;

/** Reads and writes challenges that wait for a passkey's signature. */
export function createPasskeyChallengeRepository(database: AuthDatabase) {
  return {
    create: (challenge: Omit<PasskeyChallenge, 'usedAt'>): Promise<PasskeyChallenge> =>
      database.passkeyChallenge.create({ data: challenge }),

    /** Uses the challenge up: of any number of parallel calls one gets the row, the others null. */
    async consume(id: string, ceremony: PasskeyCeremony, at: Date): Promise<PasskeyChallenge | null> {
      const [challenge] = await database.passkeyChallenge.updateManyAndReturn({
        where: { id, ceremony, usedAt: null, expiresAt: { gt: at } },
        data: { usedAt: at },
      });
      return challenge ?? null;
    },
    deleteExpired: (before: Date) =>
      database.passkeyChallenge.deleteMany({ where: { expiresAt: { lt: before } } }),
  };
}
