import type { Attempt, QuizDatabase, Regrade } from '@studymate/database/quiz';

export type RegradeRepository = ReturnType<typeof createRegradeRepository>;

/** How the score of one attempt changes. */
export interface ScoreChange {
  readonly attemptId: string;
  readonly before: number;
  readonly after: number;
}

/** An item graded again, by which version of its question. */
export interface RegradedItem {
  readonly id: string;
  readonly questionId: string;
  readonly fraction: string | null;
  readonly score: string | null;
  readonly correctness: string;
  readonly feedback: string | null;
}

/** Reads all graded attempts of a quiz and writes their new grades. */
export function createRegradeRepository(database: QuizDatabase) {
  return {
    forget: () => undefined,
    find: (id: string) => database.regrade.findUnique({ where: { id } }),
    create: (regrade: Omit<Regrade, 'createdAt' | 'changes'> & { readonly changes: ScoreChange[] }) =>
      database.regrade.create({
        data: { ...regrade, changes: regrade.changes.map((change) => ({ ...change })) },
      }),
    gradedAttempts: (quizId: string) =>
      database.attempt.findMany({ where: { quizId, state: 'GRADED' }, orderBy: { id: 'asc' } }),
    /** The same, held until the transaction ends. */
    async lockGradedAttempts(quizId: string): Promise<Attempt[]> {
      await database.$queryRaw`
        select 1 from "Attempt" where "quizId" = ${quizId} and "state" = 'GRADED' order by "id" for update`;
      return this.gradedAttempts(quizId);
    },
    recordItems: (items: readonly RegradedItem[]) => database.$executeRaw`
      update "AttemptItem" item
      set "questionId" = graded."questionId", "fraction" = graded."fraction", "score" = graded."score",
        "correctness" = graded."correctness"::"Correctness", "feedback" = graded."feedback"
      from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as graded("id" text, "questionId" text,
        "fraction" numeric, "score" numeric, "correctness" text, "feedback" text)
      where item."id" = graded."id"`,
    recordScores: (scores: readonly { readonly id: string; readonly score: string }[], at: Date) =>
      database.$executeRaw`
        update "Attempt" attempt set "score" = graded."score", "gradedAt" = ${at}
        from jsonb_to_recordset(${JSON.stringify(scores)}::jsonb) as graded("id" text, "score" numeric)
        where attempt."id" = graded."id"`,
  };
}
