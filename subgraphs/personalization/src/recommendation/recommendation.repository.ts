import { newId } from '@studymate/contracts';
import { type ReadTogether, sql } from '@studymate/database';
import type { PersonalizationDatabase, Recommendation } from '@studymate/database/personalization';
import DataLoader from 'dataloader';
import { keyOf, policyName, type Ranked } from './recommend.ts';
import { lifeMs, stillStands } from './still-stands.ts';

export type RecommendationRepository = ReturnType<typeof createRecommendationRepository>;

export interface KeepOptions {
  readonly userId: string;
  readonly at: Date;
  /** What `listKept` found. */
  readonly kept: readonly Recommendation[];
}

export function createRecommendationRepository(database: PersonalizationDatabase, read: ReadTogether) {
  const byId = new DataLoader<string, Recommendation | null>(async (ids) => {
    const rows = await database.recommendation.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

  const write = (list: readonly Ranked[], userId: string, at: Date): Promise<Recommendation[]> => {
    const expiresAt = new Date(at.getTime() + lifeMs);
    const rows = list.map((item) => ({ ...item, id: newId('Recommendation') }));
    return database.$queryRaw<Recommendation[]>`
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
  };

  return {
    find: (id: string) => byId.load(id),
    /** What was recommended and is good at an instant, and what the learner has said something of since another. */
    listKept: (userId: string, { at, since }: { readonly at: Date; readonly since: Date }) =>
      read<Recommendation>(
        sql`select * from "Recommendation" where "userId" = ${userId}
          and ("expiresAt" > ${at} or "feedbackAt" >= ${since})`,
        ['createdAt', 'expiresAt', 'feedbackAt'],
      ),
    /**
     * Keeps a list as it was shown: what is not among `kept` already, in one statement. What was recommended before
     * keeps its id.
     */
    async keep(list: readonly Ranked[], { userId, at, kept }: KeepOptions): Promise<Recommendation[]> {
      const known = new Map(kept.map((row) => [keyOf(row), row]));
      const standing = list.flatMap((item) => {
        const row = known.get(keyOf(item));
        return row && stillStands(row, item, at) ? [row] : [];
      });
      const told = new Set(standing.map(keyOf));
      const fresh = list.filter((item) => !told.has(keyOf(item)));
      const written = fresh.length === 0 ? [] : await write(fresh, userId, at);
      return [...standing, ...written].toSorted((a, b) => a.rank - b.rank);
    },
    setFeedback: (id: string, feedback: NonNullable<Recommendation['feedback']>, at: Date) =>
      database.recommendation.update({ where: { id }, data: { feedback, feedbackAt: at } }),
  };
}
