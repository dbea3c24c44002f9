import type { QuestionKey, QuizDatabase } from '@studymate/database/quiz';
import { batchOne } from '../batch.ts';
import { type AnswerKeyContent, answerKeySchema } from './answer-key.ts';

export type AnswerKeyRepository = ReturnType<typeof createAnswerKeyRepository>;

export interface StoredKey {
  readonly content: AnswerKeyContent;
  readonly explanation: string | null;
}

/** Reads the secret halves of questions. Nothing else in this domain selects from their table. */
export function createAnswerKeyRepository(database: QuizDatabase) {
  const byQuestion = batchOne<QuestionKey>(
    (questionIds) => database.questionKey.findMany({ where: { questionId: { in: questionIds } } }),
    ({ questionId }) => questionId,
  );

  return {
    forget: byQuestion.forget,
    /** Every question is written together with its key; a missing one is a damaged database. */
    async get(questionId: string): Promise<StoredKey> {
      const key = await byQuestion.load(questionId);
      if (!key) throw new Error(`Question ${questionId} has no key.`);
      return { content: answerKeySchema.parse(key.content), explanation: key.explanation };
    },
  };
}
