import type { QuizDatabase } from '@studymate/database/quiz';

export type StatisticsRepository = ReturnType<typeof createStatisticsRepository>;

/** One graded item of one attempt, as the statistics read it. */
export interface GradedScore {
  readonly attemptId: string;
  readonly position: number;
  readonly entryId: string;
  readonly questionId: string;
  readonly score: number;
  readonly maxScore: number;
  readonly choiceIds: readonly string[] | null;
}

/** Reads graded scores for statistics: no names, no texts. */
export function createStatisticsRepository(database: QuizDatabase) {
  return {
    forget: () => undefined,
    /**
     * A word for all graded attempts that began on one revision: another one once there are more or fewer of them, or
     * once one was graded again.
     */
    async stateOf(quizId: string, revision: number): Promise<string> {
      const { _count, _max } = await database.attempt.aggregate({
        where: { quizId, state: 'GRADED', quizRevision: revision },
        _count: true,
        _max: { gradedAt: true },
      });
      return `${_count} ${_max.gradedAt?.toISOString() ?? ''}`;
    },

    /** All graded items of the attempts that began on one revision of a quiz, attempt by attempt. */
    gradedScores: (quizId: string, revision: number) =>
      database.$queryRaw<GradedScore[]>`
        select item."attemptId", item."position", item."entryId", item."questionId",
          item."score"::float8 as score, item."maxScore"::float8 as "maxScore",
          case when item."response"->>'kind' = 'CHOICE'
            then array(select jsonb_array_elements_text(item."response"->'choiceIds')) end as "choiceIds"
        from "AttemptItem" item join "Attempt" attempt on attempt."id" = item."attemptId"
        where attempt."quizId" = ${quizId} and attempt."quizRevision" = ${revision} and attempt."state" = 'GRADED'
        order by item."attemptId", item."position"`,
  };
}
