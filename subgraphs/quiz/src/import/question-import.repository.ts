import type {
  Prisma,
  ImportProblem as ProblemRow,
  QuestionImport,
  QuizDatabase,
} from '@studymate/database/quiz';
import { batchMany, batchOne } from '../batch.ts';

export type QuestionImportRepository = ReturnType<typeof createQuestionImportRepository>;

const shownProblems = 1_000;

/** Reads and writes imports and the problems they met. */
export function createQuestionImportRepository(database: QuizDatabase) {
  const byId = batchOne<QuestionImport>(
    (ids) => database.questionImport.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const firstProblems = batchMany<ProblemRow>(
    (importIds) =>
      database.importProblem.findMany({
        where: { importId: { in: importIds }, number: { lte: shownProblems } },
        orderBy: [{ importId: 'asc' }, { number: 'asc' }],
      }),
    ({ importId }) => importId,
  );
  return {
    find: byId.load,
    firstProblems: firstProblems.load,
    forget: () => {
      byId.forget();
      firstProblems.forget();
    },
    create: (report: Prisma.QuestionImportUncheckedCreateInput) =>
      database.questionImport.create({ data: report }),
    /** Moves an import on that nobody else has moved on; then answers true. */
    async advance(
      { id, itemsRead }: Pick<QuestionImport, 'id' | 'itemsRead'>,
      data: Prisma.QuestionImportUncheckedUpdateManyInput,
    ): Promise<boolean> {
      const isOpen = { in: ['QUEUED' as const, 'RUNNING' as const] };
      const { count } = await database.questionImport.updateMany({
        where: { id, itemsRead, status: isOpen },
        data,
      });
      return count === 1;
    },
    addProblems: (problems: ProblemRow[]) => database.importProblem.createMany({ data: problems }),
    problemsAfter: (importId: string, number: number, take: number) =>
      database.importProblem.findMany({
        where: { importId, number: { gt: number } },
        orderBy: { number: 'asc' },
        take,
      }),
  };
}
