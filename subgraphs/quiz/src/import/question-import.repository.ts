import type { Prisma, QuestionImport, QuizDatabase } from '@studymate/database/quiz';
import { batchOne } from '../batch.ts';

export type QuestionImportRepository = ReturnType<typeof createQuestionImportRepository>;

/** Reads and writes the reports of imports. */
export function createQuestionImportRepository(database: QuizDatabase) {
  const byId = batchOne<QuestionImport>(
    (ids) => database.questionImport.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  return {
    find: byId.load,
    forget: byId.forget,
    create: (report: Prisma.QuestionImportCreateInput) => database.questionImport.create({ data: report }),
  };
}
