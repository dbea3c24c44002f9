import type { StudyDatabase } from '@studymate/database/study';
import type { LearnerClock } from './learner-clock.ts';

/** The clock of somebody this domain has not heard of. */
const unknownClock = { timeZone: 'UTC', dayStartMinutes: 240 };

/** What this domain knows of users by events, and the lock under which a learner's figures change. */
export function createLearnerRepository(database: StudyDatabase) {
  return {
    save: (learner: LearnerClock & { displayName: string; updatedAt: Date }) =>
      database.learner.upsert({ where: { userId: learner.userId }, create: learner, update: learner }),

    /** For work without a viewer: the clock as the user's profile last had it. */
    clockOf: async (userId: string): Promise<LearnerClock> => {
      const learner = await database.learner.findUnique({
        where: { userId },
        select: { userId: true, timeZone: true, dayStartMinutes: true },
      });
      return learner ?? { userId, ...unknownClock };
    },

    /** Lets one transaction at a time change what is counted of a learner; held until it ends. */
    lock: async (userId: string): Promise<void> => {
      await database.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${userId}, 7))`;
    },
  };
}

export type LearnerRepository = ReturnType<typeof createLearnerRepository>;
