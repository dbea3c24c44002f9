import type { QuestionFile, QuestionFileKind, QuizDatabase } from '@studymate/database/quiz';
import { batchOne } from '../batch.ts';

export type QuestionFileRepository = ReturnType<typeof createQuestionFileRepository>;

/** Reads and writes what is known of files in the object store. */
export function createQuestionFileRepository(database: QuizDatabase) {
  const byId = batchOne<QuestionFile>(
    (ids) => database.questionFile.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  return {
    find: byId.load,
    forget: byId.forget,
    create: (file: Omit<QuestionFile, 'usedAt'>) => database.questionFile.create({ data: file }),
    /** How many bytes of a kind belong to a user since an instant. */
    async sumBytesSince(ownerId: string, kind: QuestionFileKind, since: Date): Promise<number> {
      const { _sum } = await database.questionFile.aggregate({
        where: { ownerId, kind, createdAt: { gte: since } },
        _sum: { byteSize: true },
      });
      return _sum.byteSize ?? 0;
    },
    /** False when the file was used before. */
    async use(id: string, usedAt: Date): Promise<boolean> {
      const { count } = await database.questionFile.updateMany({
        where: { id, usedAt: null },
        data: { usedAt },
      });
      return count === 1;
    },
    listOlder: (kind: QuestionFileKind, before: Date, take: number) =>
      database.questionFile.findMany({ where: { kind, createdAt: { lt: before } }, take }),
    delete: (ids: string[]) => database.questionFile.deleteMany({ where: { id: { in: ids } } }),
  };
}
