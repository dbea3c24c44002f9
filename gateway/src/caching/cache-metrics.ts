import { counter } from '@studymate/runtime';

/** Counts what was looked for in the cache, whole answers and single entities, and whether it was there. */
export function countLookups(
  kind: 'answer' | 'entity',
): (outcome: { readonly hits: number; readonly misses: number }) => void {
  const lookups = counter({
    name: 'gateway_cache_lookups_total',
    help: 'What was looked for in the cache, and whether it was there.',
    labels: ['kind', 'outcome'],
  });
  return ({ hits, misses }) => {
    if (hits > 0) lookups.inc({ kind, outcome: 'hit' }, hits);
    if (misses > 0) lookups.inc({ kind, outcome: 'miss' }, misses);
  };
}
