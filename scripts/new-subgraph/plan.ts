/** What a new subgraph is called, in each of the spellings that its files need. */
export interface SubgraphPlan {
  readonly name: string;
  readonly camel: string;
  readonly pascal: string;
  readonly constant: string;
  readonly port: number;
}

/** Checks the name (3 to 30 lower case letters) and takes the next free port. */
export function planSubgraph(name: string | undefined, takenPorts: readonly number[]): SubgraphPlan {
  if (name === undefined || !/^[a-z]{3,30}$/.test(name)) {
    throw new Error('Name the subgraph in 3 to 30 lower case letters: pnpm new:subgraph notes');
  }
  return {
    name,
    camel: name,
    pascal: name[0]?.toUpperCase() + name.slice(1),
    constant: name.toUpperCase(),
    port: Math.max(...takenPorts) + 1,
  };
}
