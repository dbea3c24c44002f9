import type { LearnerRating, Question, QuestionIrt, QuizDatabase } from '@studymate/database/quiz';
import { batchOne } from '../batch.ts';
import type { Calibrated } from './calibrate.ts';

export type QuestionIrtRepository = ReturnType<typeof createQuestionIrtRepository>;

/** A question version as an adaptive test weighs it. */
export interface AskableQuestion
  extends Pick<Question, 'id' | 'entryId' | 'content' | 'skillIds' | 'difficulty'> {
  readonly irt: QuestionIrt | null;
}

/** An answer that counts for calibration. */
export interface CalibrationAnswer {
  readonly attemptId: string;
  readonly questionId: string;
  readonly credit: number;
}

/** An estimate moved by an answer. */
export interface RatedQuestion {
  readonly questionId: string;
  readonly difficulty: number;
}

const mostAnswers = 200_000;

/** Reads and writes what answers have told of questions and learners. */
export function createQuestionIrtRepository(database: QuizDatabase) {
  const byQuestion = batchOne<QuestionIrt>(
    (questionIds) => database.questionIrt.findMany({ where: { questionId: { in: questionIds } } }),
    ({ questionId }) => questionId,
  );

  return {
    find: byQuestion.load,
    forget: byQuestion.forget,
    askable: (questionIds: readonly string[]): Promise<AskableQuestion[]> =>
      database.question.findMany({
        where: { id: { in: [...questionIds] } },
        select: { id: true, entryId: true, content: true, skillIds: true, difficulty: true, irt: true },
      }),
    /** A learner's rating in a subject, held until the transaction ends. */
    async lockRating(userId: string, subjectId: string): Promise<LearnerRating> {
      const key = { userId, subjectId };
      await database.learnerRating.createMany({ data: [key], skipDuplicates: true });
      await database.$queryRaw`
        select 1 from "LearnerRating" where "userId" = ${userId} and "subjectId" = ${subjectId} for update`;
      return database.learnerRating.findUniqueOrThrow({ where: { userId_subjectId: key } });
    },
    saveRating: ({ userId, subjectId, ...rating }: LearnerRating) =>
      database.learnerRating.update({ where: { userId_subjectId: { userId, subjectId } }, data: rating }),
    /** Moves the difficulties of questions; in the order of their ids, so that two never wait for each other. */
    moveDifficulties: (moved: readonly RatedQuestion[]) => database.$executeRaw`
      insert into "QuestionIrt" as irt ("questionId", "difficulty", "answers")
      select "questionId", "difficulty", 1 from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb)
        as moved("questionId" text, "difficulty" float8) order by "questionId"
      on conflict ("questionId") do update
        set "difficulty" = excluded."difficulty", "answers" = irt."answers" + 1`,
    /** Subjects with an answer rated since then. */
    subjectsRatedSince: (since: Date) =>
      database.$queryRaw<{ subjectId: string }[]>`
        select distinct quiz."subjectId" from "Quiz" quiz join "Attempt" attempt on attempt."quizId" = quiz."id"
        where attempt."ratedAt" >= ${since} order by quiz."subjectId"`,
    /** The latest answers of a subject to questions that the answer key judged, at the first try. */
    answersOf: (subjectId: string) =>
      database.$queryRaw<CalibrationAnswer[]>`
        select item."attemptId", item."questionId", item."fraction"::float8 as credit
        from "Attempt" attempt
        join "Quiz" quiz on quiz."id" = attempt."quizId"
        join "AttemptItem" item on item."attemptId" = attempt."id"
        where quiz."subjectId" = ${subjectId} and attempt."state" = 'GRADED' and item."tries" <= 1
          and item."gradedBy" = 'RULES' and item."correctness" in ('CORRECT', 'PARTIAL', 'INCORRECT')
        order by attempt."id" desc limit ${mostAnswers}`,
    async saveCalibration(calibrated: ReadonlyMap<string, Calibrated>, at: Date): Promise<void> {
      const rows = [...calibrated].map(([questionId, each]) => ({ questionId, ...each }));
      await database.$executeRaw`
        insert into "QuestionIrt" ("questionId", "model", "discrimination", "difficulty",
          "standardErrorDifficulty", "sampleSize", "answers", "calibratedAt")
        select "questionId", 'TWO_PL', "discrimination", "difficulty", "standardErrorOfDifficulty", "answers",
          "answers", ${at}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row("questionId" text,
          "discrimination" float8, "difficulty" float8, "standardErrorOfDifficulty" float8, "answers" int)
        order by "questionId"
        on conflict ("questionId") do update set "model" = excluded."model",
          "discrimination" = excluded."discrimination", "difficulty" = excluded."difficulty",
          "standardErrorDifficulty" = excluded."standardErrorDifficulty",
          "sampleSize" = excluded."sampleSize", "answers" = excluded."answers",
          "calibratedAt" = excluded."calibratedAt"`;
    },
  };
}
