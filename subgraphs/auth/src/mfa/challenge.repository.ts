import type { AuthDatabase, LoginMethod, MfaChallenge } from '@studymate/database/auth';

export type ChallengeRepository = ReturnType<typeof createChallengeRepository>;

export interface NewChallenge {
  readonly id: string;
  readonly userId: string;
  readonly method: LoginMethod;
  readonly deviceName: string | null;
  readonly riskScore: number;
  readonly riskReasons: readonly string[];
  readonly mailId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Reads and writes sign-ins that wait for their second factor. */
export function createChallengeRepository(database: AuthDatabase) {
  return {
    create: ({ riskReasons, ...challenge }: NewChallenge): Promise<MfaChallenge> =>
      database.mfaChallenge.create({ data: { ...challenge, riskReasons: [...riskReasons] } }),

    /** Counts one attempt and answers the challenge; null when it is over, done, or had `maxAttempts`. */
    async attempt(id: string, maxAttempts: number, at: Date): Promise<MfaChallenge | null> {
      const [challenge] = await database.mfaChallenge.updateManyAndReturn({
        where: { id, completedAt: null, expiresAt: { gt: at }, attempts: { lt: maxAttempts } },
        data: { attempts: { increment: 1 } },
      });
      return challenge ?? null;
    },
    /** Of any number of parallel calls one gets true. */
    async complete(id: string, completedAt: Date): Promise<boolean> {
      const { count } = await database.mfaChallenge.updateMany({
        where: { id, completedAt: null },
        data: { completedAt },
      });
      return count === 1;
    },
    deleteExpired: (before: Date) =>
      database.mfaChallenge.deleteMany({ where: { expiresAt: { lt: before } } }),
  };
}
