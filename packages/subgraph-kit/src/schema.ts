import { buildSubgraphSchema } from '@apollo/subgraph';
import type { SubgraphName } from '@studymate/contracts';
import type { GraphQLSchema } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { resolveAbstractTypes } from './abstract-types.ts';
import { accessRules } from './access.ts';
import { noteCacheHints } from './cache-hints.ts';
import { presentDomainErrors } from './results.ts';
import { scalarTypes } from './scalars.ts';
import { parseSdl } from './sdl.ts';

/** A subgraph's resolvers by type and field; each entity's folder brings a map of this shape. */
export type ResolverMap = Readonly<Record<string, unknown>>;

/** One map of all: types that several entities contribute to (Query, User) are merged field by field. */
function mergeResolvers(maps: readonly ResolverMap[]): Record<string, unknown> {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const map of maps) {
    for (const [type, fields] of Object.entries(map)) {
      const known = merged[type] ?? {};
      for (const [field, resolver] of Object.entries(fields as Record<string, unknown>)) {
        if (known[field] !== undefined && known[field] !== resolver)
          throw new Error(`${type}.${field} is resolved twice.`);
        known[field] = resolver;
      }
      merged[type] = known;
    }
  }
  return merged;
}

/**
 * A subgraph's executable schema: its SDL, its resolvers, the shared scalars, access rules at the door, and
 * domain errors presented in result unions.
 */
export function buildSubgraph(options: {
  readonly name: SubgraphName;
  readonly resolvers: readonly ResolverMap[];
}): GraphQLSchema {
  const typeDefs = parseSdl(options.name);
  const declared = typeDefs.definitions.flatMap((node) =>
    node.kind === 'ScalarTypeDefinition' ? [node.name.value] : [],
  );
  const scalars = Object.fromEntries(
    declared.flatMap((name) => (scalarTypes[name] ? [[name, scalarTypes[name]]] : [])),
  );
  const resolvers = { ...mergeResolvers(options.resolvers), ...scalars };
  const schema = buildSubgraphSchema({ typeDefs, resolvers: resolvers as never });
  resolveAbstractTypes(schema);
  const guarded = applyMiddleware(schema, accessRules(typeDefs, schema));
  presentDomainErrors(guarded);
  noteCacheHints(guarded);
  return guarded;
}
