/** Who depends on whom: a skill's id and the ids of its prerequisites. */
export type PrerequisiteGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Whether `skill` would depend on itself, directly or through others, with these prerequisites: a depth-first
 * search from each of them along the prerequisites that are already there.
 */
export function wouldCircle(
  graph: PrerequisiteGraph,
  skill: string,
  prerequisites: readonly string[],
): boolean {
  const seen = new Set<string>();
  const open = [...prerequisites];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === skill) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(graph.get(at) ?? []));
  }
  return false;
}
