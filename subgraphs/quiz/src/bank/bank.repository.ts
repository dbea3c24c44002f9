import type { Prisma, QuestionBank, QuizDatabase } from '@studymate/database/quiz';
import { batchMany, batchOne } from '../batch.ts';

export type BankRepository = ReturnType<typeof createBankRepository>;

/** Reads and writes banks. */
export function createBankRepository(database: QuizDatabase) {
  const byId = batchOne<QuestionBank>(
    (ids) => database.questionBank.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const authoredBySubject = batchMany<QuestionBank>(
    (subjectIds) =>
      database.questionBank.findMany({
        where: { subjectId: { in: subjectIds }, origin: 'AUTHORED' },
        orderBy: { id: 'asc' },
      }),
    ({ subjectId }) => subjectId,
  );

  return {
    find: byId.load,
    authoredInSubject: authoredBySubject.load,
    forget: () => {
      byId.forget();
      authoredBySubject.forget();
    },
    create: (bank: Prisma.QuestionBankCreateInput) => database.questionBank.create({ data: bank }),
  };
}
