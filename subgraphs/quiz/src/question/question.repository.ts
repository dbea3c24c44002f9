import type { Question, QuizDatabase } from '@studymate/database/quiz';
import { batchMany, batchOne } from '../batch.ts';
import type { AnswerKeyContent } from './answer-key.ts';
import type { QuestionContent } from './content.ts';

export type QuestionRepository = ReturnType<typeof createQuestionRepository>;

/** A question version about to be written, with its secret half. */
export interface NewQuestion {
  readonly id: string;
  readonly entryId: string;
  readonly version: number;
  readonly prompt: string;
  readonly language: string | null;
  readonly skillIds: readonly string[];
  readonly difficulty: Question['difficulty'];
  readonly defaultScore: string;
  readonly content: QuestionContent;
  readonly key: AnswerKeyContent;
  readonly explanation: string | null;
}

const versionKey = ({ entryId, version }: { readonly entryId: string; readonly version: number }) =>
  `${entryId} ${version}`;

/** Reads what takers may see of questions; writes both halves. Rows are never updated. */
export function createQuestionRepository(database: QuizDatabase) {
  const byId = batchOne<Question>(
    (ids) => database.question.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const byVersion = batchOne<Question>(
    (keys) =>
      database.question.findMany({
        where: {
          OR: keys.map((key) => {
            const [entryId = '', version] = key.split(' ');
            return { entryId, version: Number(version) };
          }),
        },
      }),
    versionKey,
  );
  const byEntry = batchMany<Question>(
    (entryIds) =>
      database.question.findMany({ where: { entryId: { in: entryIds } }, orderBy: { version: 'asc' } }),
    ({ entryId }) => entryId,
  );

  return {
    find: byId.load,
    findVersion: (entryId: string, version: number) => byVersion.load(versionKey({ entryId, version })),
    versionsOf: byEntry.load,
    forget: () => {
      byId.forget();
      byVersion.forget();
      byEntry.forget();
    },
    async createAll(questions: readonly NewQuestion[]): Promise<void> {
      await database.question.createMany({
        data: questions.map(({ key: _key, explanation: _explanation, skillIds, content, ...question }) => ({
          ...question,
          skillIds: [...skillIds],
          kind: content.kind,
          content,
        })),
      });
      await database.questionKey.createMany({
        data: questions.map(({ id, key, explanation }) => ({ questionId: id, content: key, explanation })),
      });
    },
  };
}
