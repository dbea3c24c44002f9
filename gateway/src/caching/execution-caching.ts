import type { DataObject } from '../execution/gathered.ts';
import { type EntityCache, type EntityFetch, isOfOneType, type Recollection } from './entity-cache.ts';
import { type Freshness, freshnessOf, joinFreshness } from './freshness.ts';

/** What the cache does within one operation on its way through the plan. */
export interface ExecutionCaching {
  /** What of a fetch is known already; null when nothing was looked up. */
  recall(fetch: EntityFetch): Promise<Recollection | null> | null;
  /** Told of each answer of a subgraph, before it is used. */
  answered(fetch: EntityFetch, answer: DataObject, recollection: Recollection | null): void;
  /** Told of what was taken from the cache, and of a fetch that brought nothing (null). */
  join(freshness: Freshness | null): void;
  /** What all fetches together allow; null when there was none. */
  readonly freshness: Freshness | null;
}

/** @param entities null: nothing is kept, and only what subgraphs allow is joined. */
export function createExecutionCaching(entities: EntityCache | null): ExecutionCaching {
  let joined: Freshness | null | undefined;
  const join = (freshness: Freshness | null) => {
    joined = joined === undefined ? freshness : joinFreshness(joined, freshness);
  };
  return {
    recall: (fetch) => (entities && fetch.gatherings.length > 0 ? entities.recall(fetch) : null),
    answered: (fetch, answer, recollection) => {
      const said = freshnessOf(answer);
      const freshness = said && fetch.gatherings.every(isOfOneType) ? said : null;
      join(freshness);
      if (!entities || fetch.gatherings.length === 0) return;
      entities.learn(fetch, freshness);
      if (freshness) recollection?.keep(answer, freshness);
    },
    join,
    get freshness() {
      return joined ?? null;
    },
  };
}
