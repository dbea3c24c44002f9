import { type GraphQLLeafType, isEnumType } from 'graphql';

/** What a subgraph's value becomes in the response, or undefined when the type has no such value. */
export type ReadLeaf = (value: unknown) => unknown;

const maxInt = 2_147_483_647;

const builtIn: Readonly<Record<string, ReadLeaf>> = {
  Int: (value) =>
    typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= maxInt ? value : undefined,
  Float: (value) => (typeof value === 'number' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  ID: (value) => {
    if (typeof value === 'string') return value;
    return typeof value === 'number' && Number.isInteger(value) ? String(value) : undefined;
  },
};

/** Result coercion of a leaf (GraphQL specification, 3.5 and 3.9); custom scalars pass as they are. */
export function leafReaderOf(type: GraphQLLeafType): ReadLeaf {
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => (names.has(value) ? value : undefined);
  }
  return builtIn[type.name] ?? ((value) => value);
}
