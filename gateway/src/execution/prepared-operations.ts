import type { Graph, PreparedOperation } from './prepared-operation.ts';
import { createSegmentedCache, type SegmentedCache, type SegmentedCacheLimits } from './segmented-cache.ts';

/** The operations that were met in a graph, by `keyOfOperation`. */
export type PreparedOperations = (graph: Graph) => SegmentedCache<PreparedOperation>;

const separator = '\u0000';

export const keyOfOperation = (source: string, operationName: string | null): string =>
  `${operationName ?? ''}${separator}${source}`;

export const sourceOfKey = (key: string): string => key.slice(key.indexOf(separator) + 1);

/** Forgets a graph's operations with the graph. */
export function createPreparedOperations(limits: SegmentedCacheLimits): PreparedOperations {
  const byGraph = new WeakMap<Graph, SegmentedCache<PreparedOperation>>();
  return (graph) => {
    const known = byGraph.get(graph);
    if (known) return known;
    const operations = createSegmentedCache<PreparedOperation>(limits);
    byGraph.set(graph, operations);
    return operations;
  };
}
