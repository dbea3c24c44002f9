import { newId } from '@studymate/contracts';
import type { PersonalizationDatabase, Recommendation } from '@studymate/database/personalization';
import DataLoader from 'dataloader';
import { policyName, type Ranked } from './recommend.ts';

export type RecommendationRepository = ReturnType<typeof createRecommendationRepository>;

const lifeMs = 12 * 3_600_000;

export function createRecommendationRepository(database: PersonalizationDatabase) {
  const byId = new DataLoader<string, Recommendation | null>(async (ids) => {
    const rows = await database.recommendation.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

  return {
    find: (id: string) => byId.load(id),
    /** What the learner has said since, by `kind` and activity. */
    feedbackSince: (userId: string, since: Date) =>
      database.recommendation.findMany({
        where: { userId, feedbackAt: { gte: since } },
        select: { kind: true, activityId: true, feedback: true },
      }),
    /** Keeps a list as it was shown, in one statement; what was recommended before keeps its id. */
    async keep(userId: string, list: readonly Ranked[], at: Date): Promise<Recommendation[]> {
      if (list.length === 0) return [];
      const expiresAt = new Date(at.getTime() + lifeMs);
      const rows = list.map((item) => ({ ...item, id: newId('Recommendation') }));
      const kept = await database.$queryRaw<Recommendation[]>`
        insert into "Recommendation" ("id", "userId", "kind", "activityId", "subjectId", "score", "rank",
          "estimatedMinutes", "reasons", "policy", "createdAt", "expiresAt")
        select "id", ${userId}, "kind"::"ActivityKind", "activityId", "subjectId", "score", "rank",
          "estimatedMinutes", "reasons", ${policyName}, ${at}, ${expiresAt}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as item ("id" text, "kind" text,
          "activityId" text, "subjectId" text, "score" float8, "rank" int, "estimatedMinutes" int, "reasons" jsonb)
        on conflict ("userId", "kind", "activityId") do update set
          "score" = excluded."score", "rank" = excluded."rank", "reasons" = excluded."reasons",
          "estimatedMinutes" = excluded."estimatedMinutes", "policy" = excluded."policy",
          "expiresAt" = excluded."expiresAt"
        returning *`;
      return kept.toSorted((a, b) => a.rank - b.rank);
    },
    setFeedback: (id: string, feedback: NonNullable<Recommendation['feedback']>, at: Date) =>
      database.recommendation.update({ where: { id }, data: { feedback, feedbackAt: at } }),
  };
}
