import { DomainError, typenameOf } from '@studymate/contracts';
import { parseSdl } from '@studymate/subgraph-kit';
import { Kind } from 'graphql';

const maxNodes = 100;

/** A reference that the gateway follows to the entity's owner, who decides what the viewer may see of it. */
export interface NodeReference {
  readonly __typename: string;
  readonly id: string;
}

const nodeTypes = new Set(
  parseSdl('relay').definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION ? [node.name.value] : [],
  ),
);

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
