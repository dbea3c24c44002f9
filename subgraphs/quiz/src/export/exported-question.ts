import type { Difficulty } from '@studymate/database/quiz';
import type { QuestionBody } from '../question/question.input.ts';

/** A question with its key and everything an author said about it, ready to leave the house. */
export interface ExportedQuestion {
  readonly title: string | null;
  readonly prompt: string;
  readonly explanation: string | null;
  readonly language: string | null;
  readonly difficulty: Difficulty;
  /** Decimal digits. */
  readonly defaultScore: string;
  /** The titles of its skills, but for the subject's default one. */
  readonly tags: readonly string[];
  readonly body: QuestionBody;
}
