import type { QuizDatabase } from '@studymate/database/quiz';
import type { Erasure } from '@studymate/privacy';

export type SharedQuizRepository = ReturnType<typeof createSharedQuizRepository>;

/** Changes quizzes that outlive their author, because others have taken them. */
export function createSharedQuizRepository(database: QuizDatabase) {
  return {
    /** Archives the author's quizzes that others have attempts at, without name, description and author. */
    async orphanTaken({ userId, pseudonym }: Erasure): Promise<void> {
      await database.$executeRaw`
        update "Quiz" set "createdById" = ${pseudonym}, "subjectOwnerId" = ${pseudonym}, "status" = 'ARCHIVED',
          "title" = 'A quiz of a deleted account', "description" = null
        where ("createdById" = ${userId} or "subjectOwnerId" = ${userId}) and exists (
          select 1 from "Attempt" where "quizId" = "Quiz"."id" and "userId" <> ${userId})`;
    },
    /** Leaves the banks that kept quizzes and the attempts of others draw from; run it after `orphanTaken`. */
    async orphanBanks({ userId, pseudonym }: Erasure): Promise<void> {
      await database.$executeRaw`
        update "QuestionBank" set "ownerId" = ${pseudonym}, "title" = 'Questions of a deleted account'
        where "ownerId" = ${userId} and (
          "id" in (
            select "bankId" from "BankEntry" join "AttemptItem" on "AttemptItem"."entryId" = "BankEntry"."id"
              join "Attempt" on "Attempt"."id" = "AttemptItem"."attemptId"
            where "Attempt"."userId" <> ${userId})
          or "id" in (
            select coalesce("QuizSlot"."bankId", "BankEntry"."bankId") from "QuizSlot"
              left join "BankEntry" on "BankEntry"."id" = "QuizSlot"."entryId"
              join "Quiz" on "Quiz"."id" = "QuizSlot"."quizId"
            where "Quiz"."createdById" = ${pseudonym}))`;
    },
    forget() {},
  };
}
