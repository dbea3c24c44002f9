import type { AnswerKeyOf } from '../question/answer-key.ts';
import type { ResponseOf } from '../question/response.ts';
import type { Credit } from './credit.ts';
import { Exact } from './fraction.ts';

/**
 * Credit is the share of the n − 1 neighbouring pairs of the right order that the response keeps
 * (Moodle's qtype_ordering, "relative to the next item, excluding last"): one item in a wrong place
 * costs at most three pairs, and a random order earns 1/n on average.
 */
export function gradeOrder(
  { key }: { readonly key: AnswerKeyOf<'ORDER'> },
  response: ResponseOf<'ORDER'>,
): Credit | null {
  if (response.itemIds.length === 0) return null;
  const next = new Map(response.itemIds.map((id, index) => [id, response.itemIds[index + 1]]));
  const pairs = key.itemIds.slice(1).map((id, index) => ({ before: key.itemIds[index], after: id }));
  const kept = pairs.filter(({ before, after }) => before !== undefined && next.get(before) === after).length;
  return { credit: new Exact(kept).dividedBy(pairs.length), feedback: [] };
}
