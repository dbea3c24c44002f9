import type { AnswerKeyOf } from '../question/answer-key.ts';
import type { ResponseOf } from '../question/response.ts';
import type { Credit } from './credit.ts';
import { Exact } from './fraction.ts';

/** Credit is the share of left sides that were given their right partner. */
export function gradeMatch(
  { key }: { readonly key: AnswerKeyOf<'MATCH'> },
  response: ResponseOf<'MATCH'>,
): Credit | null {
  if (response.pairs.length === 0) return null;
  const given = new Map(response.pairs.map(({ leftId, rightId }) => [leftId, rightId]));
  const right = key.pairs.filter(({ leftId, rightId }) => given.get(leftId) === rightId).length;
  return { credit: new Exact(right).dividedBy(key.pairs.length), feedback: [] };
}
