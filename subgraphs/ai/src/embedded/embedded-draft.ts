import type { QuestionDifficulty, SummaryStyle } from '@studymate/contracts';
import type { Draft, DraftKind } from '../draft/draft.ts';
import { loadReader, type StudyLanguage } from '../language/language.ts';
import { parseStudyText } from '../text/study-text.ts';
import { buildFlashcards } from './flashcards.ts';
import { buildQuiz, type QuestionType } from './quiz.ts';
import { summarize } from './summary.ts';

export interface EmbeddedRequest {
  readonly kind: DraftKind;
  readonly text: string;
  readonly language: StudyLanguage;
  readonly style: SummaryStyle;
  /** Sentences of a summary, questions of a quiz, or cards; null leaves it to us. */
  readonly count: number | null;
  readonly difficulty: QuestionDifficulty | null;
  readonly types: readonly QuestionType[];
}

const defaultQuestions = 8;
const defaultCards = 15;

/** A summary, quiz or deck made from the text alone: no key, no network, the same answer every time. */
export async function draftFromText(request: EmbeddedRequest): Promise<Draft> {
  const { kind, text, language, style, count, difficulty, types } = request;
  const reading = (await loadReader(language)).read(parseStudyText(text, language));
  if (kind === 'SUMMARY') return { kind, ...summarize(reading, { style, count }) };
  return kind === 'QUIZ'
    ? { kind, ...buildQuiz(reading, { count: count ?? defaultQuestions, types, difficulty }) }
    : { kind, ...buildFlashcards(reading, { count: count ?? defaultCards }) };
}
