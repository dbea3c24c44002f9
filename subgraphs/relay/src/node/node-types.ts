import { parseSdl } from '@studymate/subgraph-kit';
import { Kind } from 'graphql';

/** The types that the generated SDL has a stub of. */
export const nodeTypes: ReadonlySet<string> = new Set(
  parseSdl('relay').definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION ? [node.name.value] : [],
  ),
);
