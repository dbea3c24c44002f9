import {
  type DocumentNode,
  executeSync,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, type Fragments } from './collect-fields.ts';
import type { DataObject } from './gathered.ts';

/** Answers the operation's `__schema` and `__type` fields from the client's schema; null when it has none. */
export function compileIntrospection(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): ((variables: DataObject) => DataObject) | null {
  const fields = collectFields(schema, root, {
    selections: [{ set: operation.selectionSet, conditions: [] }],
    fragments,
  });
  const selections = [...fields.values()]
    .flat()
    .map(({ node }) => node)
    .filter(({ name }) => name.value === '__schema' || name.value === '__type');
  if (selections.length === 0) return null;
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
      ...fragments.values(),
    ],
  };
  return (variables) => ({ ...executeSync({ schema, document, variableValues: variables }).data });
}
