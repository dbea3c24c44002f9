import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SubgraphName } from '@studymate/contracts';
import { type DocumentNode, parse } from 'graphql';

const read = (path: string) =>
  readFileSync(fileURLToPath(import.meta.resolve(`@studymate/schema/${path}`)), 'utf8');

/** A subgraph's whole SDL: what all share (links, scalars, errors, paging) and its own file. */
export function readSdl(name: SubgraphName): string {
  const own = read(`subgraphs/${name}.graphql`);
  return name === 'relay' ? own : `${read('shared.graphql')}\n${own}`;
}

export const parseSdl = (name: SubgraphName): DocumentNode => parse(readSdl(name));
