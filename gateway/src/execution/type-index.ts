import { type DocumentNode, type GraphQLSchema, isAbstractType } from 'graphql';
import { typesSelectedBy } from '../caching/selected-types.ts';

/** Answers which objects a type condition covers, for every type of the supergraph, hidden ones included. */
export interface TypeIndex {
  /** The names of the objects, and of the interfaces between, that satisfy the condition; itself included. */
  namesWithin(condition: string): ReadonlySet<string>;
  /** The objects that fields of an operation may answer, be it a client's or a subgraph's. */
  namesSelectedBy(document: DocumentNode): ReadonlySet<string>;
}

export function createTypeIndex(supergraph: GraphQLSchema): TypeIndex {
  const known = new Map<string, ReadonlySet<string>>();
  const find = (condition: string): ReadonlySet<string> => {
    const names = new Set([condition]);
    const type = supergraph.getType(condition);
    if (isAbstractType(type)) {
      for (const possible of supergraph.getPossibleTypes(type)) names.add(possible.name);
      if ('getFields' in type) {
        for (const between of supergraph.getImplementations(type).interfaces) names.add(between.name);
      }
    }
    known.set(condition, names);
    return names;
  };
  return {
    namesWithin: (condition) => known.get(condition) ?? find(condition),
    namesSelectedBy: (document) => typesSelectedBy(supergraph, document),
  };
}
