import type { AnswerKeyOf } from '../question/answer-key.ts';
import type { ContentOf } from '../question/content.ts';
import type { ResponseOf } from '../question/response.ts';
import type { Credit } from './credit.ts';
import { Exact, one, zero } from './fraction.ts';

interface ChoiceQuestion {
  readonly content: ContentOf<'CHOICE'>;
  readonly key: AnswerKeyOf<'CHOICE'>;
}

/**
 * Credit for a set of chosen ids; a choice is right when its weight is above 0. With R right choices,
 * r of them chosen and w wrong ones chosen:
 * ALL_OR_NOTHING: 1 when r = R and w = 0; PROPORTIONAL: r / R; PROPORTIONAL_MINUS_WRONG: (r − w) / R;
 * EXPLICIT_WEIGHTS: the sum of the weights of what was chosen. Where only one may be chosen, more than
 * one earns nothing and any right one earns everything (or its weight, when weights are explicit).
 */
export function gradeChoice({ content, key }: ChoiceQuestion, response: ResponseOf<'CHOICE'>): Credit | null {
  const chosen = new Set(response.choiceIds);
  if (chosen.size === 0) return null;

  const matched = key.weights.filter(({ choiceId }) => chosen.has(choiceId));
  const feedback = matched.flatMap((rule) => (rule.feedback === null ? [] : [rule.feedback]));
  if (!content.multiple && chosen.size > 1) return { credit: zero, feedback: [] };

  const sum = matched.reduce((total, { weight }) => total.plus(weight), zero);
  if (content.partialCredit === 'EXPLICIT_WEIGHTS') return { credit: sum, feedback };

  const right = key.weights.filter(isRight).length;
  const rightChosen = matched.filter(isRight).length;
  const wrongChosen = chosen.size - rightChosen;
  if (!content.multiple) return { credit: rightChosen === 1 ? one : zero, feedback };

  return { credit: creditByMode(content.partialCredit, { right, rightChosen, wrongChosen }), feedback };
}

const isRight = ({ weight }: { readonly weight: string }) => new Exact(weight).greaterThan(zero);

function creditByMode(
  mode: 'ALL_OR_NOTHING' | 'PROPORTIONAL' | 'PROPORTIONAL_MINUS_WRONG',
  counts: { readonly right: number; readonly rightChosen: number; readonly wrongChosen: number },
): Exact {
  const { right, rightChosen, wrongChosen } = counts;
  switch (mode) {
    case 'ALL_OR_NOTHING':
      return rightChosen === right && wrongChosen === 0 ? one : zero;
    case 'PROPORTIONAL':
      return right === 0 ? zero : new Exact(rightChosen).dividedBy(right);
    case 'PROPORTIONAL_MINUS_WRONG':
      return right === 0 ? zero : new Exact(rightChosen - wrongChosen).dividedBy(right);
  }
}
