import type { AnswerKeyOf, QuestionKind } from '../question/answer-key.ts';
import type { ContentOf } from '../question/content.ts';
import type { ResponseOf } from '../question/response.ts';
import { gradeChoice } from './choice.ts';
import { gradeCloze } from './cloze.ts';
import type { Credit } from './credit.ts';
import { type Exact, one, toFraction, zero } from './fraction.ts';
import { gradeMatch } from './match.ts';
import { gradeNumeric } from './numeric.ts';
import { gradeOrder } from './order.ts';
import { gradeText } from './text.ts';

/** A question as grading sees it: what the taker saw and what the author keeps to himself, of one kind. */
export type Gradable = {
  [K in QuestionKind]: { readonly kind: K; readonly content: ContentOf<K>; readonly key: AnswerKeyOf<K> };
}[QuestionKind];

export type Correctness = 'CORRECT' | 'PARTIAL' | 'INCORRECT' | 'UNANSWERED' | 'PENDING';

export interface Grade {
  /** Between 0 and 1, rounded once; null while PENDING. */
  readonly fraction: Exact | null;
  readonly correctness: Correctness;
  readonly feedback: string | null;
}

/**
 * Grades a response against one version of a question. Pure: the same version and response give the same
 * grade for ever, whatever the order in which the choices were shown. A response of another kind than
 * the question counts as none. An essay is PENDING: a person grades it.
 */
export function grade(question: Gradable, response: ResponseOf<QuestionKind> | null): Grade {
  if (question.kind === 'ESSAY' && response?.kind === 'ESSAY')
    return { fraction: null, correctness: 'PENDING', feedback: null };
  const given = response === null ? null : creditOf(question, response);
  if (given === null) return { fraction: zero, correctness: 'UNANSWERED', feedback: null };

  const fraction = toFraction(given.credit);
  return {
    fraction,
    correctness: correctnessOf(fraction),
    feedback: given.feedback.length === 0 ? null : given.feedback.join('\n\n'),
  };
}

/** Everything, something or nothing. */
export function correctnessOf(fraction: Exact): Correctness {
  if (fraction.equals(one)) return 'CORRECT';
  return fraction.isZero() ? 'INCORRECT' : 'PARTIAL';
}

function creditOf(question: Gradable, response: ResponseOf<QuestionKind>): Credit | null {
  switch (question.kind) {
    case 'CHOICE':
      return response.kind === 'CHOICE' ? gradeChoice(question, response) : null;
    case 'TEXT':
      return response.kind === 'TEXT' ? gradeText(question, response) : null;
    case 'NUMERIC':
      return response.kind === 'NUMERIC' ? gradeNumeric(question, response) : null;
    case 'MATCH':
      return response.kind === 'MATCH' ? gradeMatch(question, response) : null;
    case 'ORDER':
      return response.kind === 'ORDER' ? gradeOrder(question, response) : null;
    case 'CLOZE':
      return response.kind === 'CLOZE' ? gradeCloze(question, response) : null;
    case 'ESSAY':
      return null;
  }
}
