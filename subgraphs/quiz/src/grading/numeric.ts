import type { AnswerKeyOf } from '../question/answer-key.ts';
import type { ContentOf } from '../question/content.ts';
import type { ResponseOf } from '../question/response.ts';
import { type Credit, noCredit } from './credit.ts';
import { Exact } from './fraction.ts';

/** A decimal number: at most 40 digits on either side of the point, an exponent of at most two digits. */
export const numberPattern = /^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?$/;

/** The number that a text writes, or null. U+2212 is a minus sign too; a comma is not a decimal point. */
export function parseNumber(text: string): Exact | null {
  const plain = text.trim().replace('\u2212', '-');
  return numberPattern.test(plain) ? new Exact(plain) : null;
}

/**
 * Credit of the first rule, in the author's order, with |response − value| ≤ tolerance, the bounds
 * included, in exact decimal arithmetic. Where the question names units, the response must carry one.
 */
export function gradeNumeric(
  question: { readonly content: ContentOf<'NUMERIC'>; readonly key: AnswerKeyOf<'NUMERIC'> },
  response: ResponseOf<'NUMERIC'>,
): Credit | null {
  const { units } = question.content;
  if (response.value.trim() === '') return null;
  const value = parseNumber(response.value);
  if (value === null) return noCredit;
  if (units.length > 0 && !units.includes(response.unit?.trim() ?? '')) return noCredit;

  const rule = question.key.answers.find((answer) =>
    value.minus(answer.value).abs().lessThanOrEqualTo(answer.tolerance),
  );
  if (!rule) return noCredit;
  return { credit: new Exact(rule.weight), feedback: rule.feedback === null ? [] : [rule.feedback] };
}
