import { type ReadTogether, sql } from '@studymate/database';
import type {
  Evidence,
  MasteryChange,
  PersonalizationDatabase,
  SkillState,
} from '@studymate/database/personalization';
import DataLoader from 'dataloader';

export type MasteryRepository = ReturnType<typeof createMasteryRepository>;

const shownEvidence = 20;

export function createMasteryRepository(database: PersonalizationDatabase, read: ReadTogether) {
  const statesByUser = new DataLoader<string, SkillState[]>(async (userIds) => {
    const states = sql`select * from "SkillState" where "userId" = any(${userIds})`;
    const rows = await read<SkillState>(states, ['lastPracticedAt']);
    return userIds.map((userId) => rows.filter((row) => row.userId === userId));
  });
  const evidenceBySkill = new DataLoader<{ userId: string; skillId: string }, Evidence[], string>(
    async (keys) => {
      const [userId = ''] = keys.map((key) => key.userId);
      const skillIds = keys.map(({ skillId }) => skillId);
      const rows = await database.$queryRaw<Evidence[]>`
        select newest.* from unnest(${skillIds}::text[]) as wanted ("skillId")
        cross join lateral (select * from "Evidence" where "userId" = ${userId}
          and "skillId" = wanted."skillId" order by "at" desc, "id" desc limit ${shownEvidence}) as newest`;
      return keys.map(({ skillId }) => rows.filter((row) => row.skillId === skillId));
    },
    { cacheKeyFn: ({ userId, skillId }) => `${userId} ${skillId}` },
  );
  const changesByAttempt = new DataLoader<string, MasteryChange[]>(async (attemptIds) => {
    const rows = await database.masteryChange.findMany({
      where: { attemptId: { in: [...attemptIds] } },
      orderBy: { skillId: 'asc' },
    });
    return attemptIds.map((attemptId) => rows.filter((row) => row.attemptId === attemptId));
  });

  return {
    statesOf: (userId: string) => statesByUser.load(userId),
    /** The newest twenty; all keys of one request are of one learner. */
    evidenceOf: (userId: string, skillId: string) => evidenceBySkill.load({ userId, skillId }),
    changesOf: (attemptId: string) => changesByAttempt.load(attemptId),
    countEvidence: (userId: string) => database.evidence.count({ where: { userId } }),
    async saveState(state: SkillState): Promise<void> {
      const { userId, skillId, ...rest } = state;
      const where = { userId_skillId: { userId, skillId } };
      await database.skillState.upsert({ where, create: state, update: rest });
      statesByUser.clear(userId);
    },
    addEvidence: (evidence: readonly Evidence[]) => database.evidence.createMany({ data: [...evidence] }),
    addChange: (change: MasteryChange) => database.masteryChange.create({ data: change }),
    /** Deletes what was learned of a user, in one subject or in all. */
    async forget(userId: string, subjectId: string | null): Promise<void> {
      const where = subjectId === null ? { userId } : { userId, subjectId };
      await database.skillState.deleteMany({ where });
      await database.evidence.deleteMany({ where });
      await database.masteryChange.deleteMany({ where });
    },
  };
}
