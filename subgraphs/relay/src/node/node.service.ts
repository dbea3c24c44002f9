import { DomainError, typenameOf } from '@studymate/contracts';
import { nodeTypes } from './node-types.ts';

const maxNodes = 100;

/** A reference that the gateway follows to the entity's owner, who decides what the viewer may see of it. */
export interface NodeReference {
  readonly __typename: string;
  readonly id: string;
}

/** The entity that an opaque id points to, or null when it is not an id of ours. */
export function findNode(id: string): NodeReference | null {
  const typename = typenameOf(id);
  return typename && nodeTypes.has(typename) ? { __typename: typename, id } : null;
}

/** One answer per id, in their order; at most 100. */
export function findNodes(ids: readonly string[]): (NodeReference | null)[] {
  if (ids.length > maxNodes) throw new DomainError('BAD_USER_INPUT', `ids: at most ${maxNodes} at a time.`);
  return ids.map(findNode);
}
