import type { ChoiceTally, QuizDatabase, ScoreTally } from '@studymate/database/quiz';
import type { Cells } from './tally.ts';

export type StatisticsRepository = ReturnType<typeof createStatisticsRepository>;

/** One revision of a quiz: attempts at it ask the same number of questions for the same points. */
export interface Edition {
  readonly quizId: string;
  readonly revision: number;
}

/** Reads and writes what statistics are made of: how many attempts had how many points. No names, no texts. */
export function createStatisticsRepository(database: QuizDatabase) {
  return {
    forget: () => undefined,
    scores: ({ quizId, revision }: Edition): Promise<ScoreTally[]> =>
      database.scoreTally.findMany({ where: { quizId, revision, attempts: { not: 0 } } }),
    choices: ({ quizId, revision }: Edition): Promise<ChoiceTally[]> =>
      database.choiceTally.findMany({ where: { quizId, revision, picked: { not: 0 } } }),
    /** Adds to the tallies, in one order, so that two who add never wait for each other. */
    async add({ quizId, revision }: Edition, { scores, choices }: Cells): Promise<void> {
      await database.$executeRaw`
        insert into "ScoreTally" as tally ("quizId", "revision", "position", "measure", "points", "attempts")
        select ${quizId}, ${revision}, "position", "measure"::"TallyMeasure", "points", "attempts"
        from jsonb_to_recordset(${JSON.stringify(scores)}::jsonb)
          as cell("position" int, "measure" text, "points" numeric, "attempts" int)
        order by "position", "measure", "points"
        on conflict ("quizId", "revision", "position", "measure", "points")
          do update set "attempts" = tally."attempts" + excluded."attempts"`;
      await database.$executeRaw`
        insert into "ChoiceTally" as tally ("quizId", "revision", "position", "choiceId", "picked", "points")
        select ${quizId}, ${revision}, "position", "choiceId", "picked", "points"
        from jsonb_to_recordset(${JSON.stringify(choices)}::jsonb)
          as cell("position" int, "choiceId" text, "picked" int, "points" numeric)
        order by "position", "choiceId"
        on conflict ("quizId", "revision", "position", "choiceId") do update
          set "picked" = tally."picked" + excluded."picked", "points" = tally."points" + excluded."points"`;
    },
    /** A word for what the tallies of an edition count: another one whenever an attempt was counted or counted anew. */
    async stateOf({ quizId, revision }: Edition): Promise<string> {
      const { _count, _max } = await database.attempt.aggregate({
        where: { quizId, quizRevision: revision, countedAt: { not: null } },
        _count: true,
        _max: { countedAt: true },
      });
      return `${_count} ${_max.countedAt?.toISOString() ?? ''}`;
    },
    /** Graded attempts that no tally counts yet. */
    uncounted: (take: number) =>
      database.$queryRaw<{ id: string }[]>`
        select "id" from "Attempt" where "state" = 'GRADED' and "tally" is null order by "id" limit ${take}`,
  };
}
