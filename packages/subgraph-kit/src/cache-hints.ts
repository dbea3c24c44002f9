import { maybeCacheControlFromInfo } from '@apollo/cache-control-types';
import { defaultFieldResolver, type GraphQLSchema, isCompositeType } from 'graphql';

const typenamesOf = (representations: unknown): Set<string> =>
  new Set(
    Array.isArray(representations)
      ? representations.map(({ __typename }: { __typename?: unknown }) => String(__typename))
      : [],
  );

/**
 * Counts entities of a type without `@cacheControl` as not to be kept. By Apollo's rule they go unnoticed in a list
 * of entities where another has a hint, and would be kept as that one is.
 */
export function countUnhintedEntities(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  if (!field) return;
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (root, args, context, info) => {
    const cacheControl = maybeCacheControlFromInfo(info);
    for (const name of typenamesOf(args.representations)) {
      const type = schema.getType(name);
      const hint = isCompositeType(type) ? cacheControl?.cacheHintFromType(type) : undefined;
      if (hint?.maxAge === undefined) cacheControl?.cacheHint.restrict({ maxAge: 0 });
    }
    return resolve(root, args, context, info);
  };
}
