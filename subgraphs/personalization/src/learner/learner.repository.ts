import { type ReadTogether, sql } from '@studymate/database';
import type { Learner, PersonalizationDatabase } from '@studymate/database/personalization';
import DataLoader from 'dataloader';

export type LearnerRepository = ReturnType<typeof createLearnerRepository>;

const unknownLearner = { locale: 'en', timeZone: 'UTC' };

export function createLearnerRepository(database: PersonalizationDatabase, read: ReadTogether) {
  const byId = new DataLoader<string, Learner | null>(async (ids) => {
    const rows = await read<Learner>(sql`select * from "Learner" where "userId" = any(${ids})`);
    const found = new Map(rows.map((row) => [row.userId, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

  return {
    find: (userId: string) => byId.load(userId),
    async meet(userId: string, profile: { locale: string; timeZone: string }): Promise<void> {
      await database.learner.upsert({
        where: { userId },
        create: { userId, ...profile },
        update: profile,
      });
    },
    setOptOut: (userId: string, optedOut: boolean) =>
      database.learner.upsert({
        where: { userId },
        create: { userId, ...unknownLearner, optedOut },
        update: { optedOut },
      }),
    addObservations: (userId: string, count: number) =>
      database.learner.upsert({
        where: { userId },
        create: { userId, ...unknownLearner, observations: count },
        update: { observations: { increment: count } },
      }),
    setObservations: (userId: string, observations: number) =>
      database.learner.upsert({
        where: { userId },
        create: { userId, ...unknownLearner, observations },
        update: { observations },
      }),
  };
}
