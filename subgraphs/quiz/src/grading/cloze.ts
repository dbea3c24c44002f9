import type { AnswerKeyOf } from '../question/answer-key.ts';
import type { ResponseOf } from '../question/response.ts';
import { type Credit, noCredit } from './credit.ts';
import { Exact, toFraction, zero } from './fraction.ts';
import { creditOfText } from './text.ts';

type GapKey = AnswerKeyOf<'CLOZE'>['gaps'][number];

/** Credit is the mean over the gaps; each counts the same and none can lose what another earned. */
export function gradeCloze(
  { key }: { readonly key: AnswerKeyOf<'CLOZE'> },
  response: ResponseOf<'CLOZE'>,
): Credit | null {
  const given = new Map(response.gaps.map(({ gapId, value }) => [gapId, value]));
  const credits = key.gaps.map((gap) => creditOfGap(gap, given.get(gap.gapId) ?? ''));
  if (credits.every((credit) => credit === null)) return null;

  const sum = credits.reduce((total, one) => total.plus(one === null ? zero : toFraction(one.credit)), zero);
  return {
    credit: new Exact(sum).dividedBy(key.gaps.length),
    feedback: credits.flatMap((credit) => credit?.feedback ?? []),
  };
}

/** A gap with choices is graded by the id of the choice, a free gap by its text. */
function creditOfGap(gap: GapKey, value: string): Credit | null {
  if (gap.kind === 'FREE') return creditOfText(value, gap.answers, gap.caseSensitive);
  if (value === '') return null;
  const rule = gap.answers.find(({ choiceId }) => choiceId === value);
  if (!rule) return noCredit;
  return { credit: new Exact(rule.weight), feedback: rule.feedback === null ? [] : [rule.feedback] };
}
