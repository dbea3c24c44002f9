import type { ApolloServerPlugin } from '@apollo/server';
import {
  type ConstDirectiveNode,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
} from 'graphql';

/** What `@cacheControl` says, and what it comes to for a whole answer: seconds, and whether it is one viewer's. */
interface CacheHint {
  maxAge?: number | undefined;
  scope?: 'PUBLIC' | 'PRIVATE' | undefined;
}

interface CacheAnnotation extends CacheHint {
  readonly inheritMaxAge?: boolean;
}

interface Annotated {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] }[];
}

function annotationOn({ astNode, extensionASTNodes = [] }: Annotated): CacheAnnotation {
  const directive = [astNode, ...extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .find(({ name }) => name.value === 'cacheControl');
  const given = new Map(directive?.arguments?.map(({ name, value }) => [name.value, value]));
  const [maxAge, scope, inherit] = [given.get('maxAge'), given.get('scope'), given.get('inheritMaxAge')];
  const isScoped = scope?.kind === Kind.ENUM && (scope.value === 'PUBLIC' || scope.value === 'PRIVATE');
  return {
    inheritMaxAge: inherit?.kind === Kind.BOOLEAN && inherit.value,
    maxAge: maxAge?.kind === Kind.INT ? Number(maxAge.value) : undefined,
    scope: isScoped ? (scope.value as 'PUBLIC' | 'PRIVATE') : undefined,
  };
}

/**
 * What resolving the field means for the whole answer; null when nothing. As Apollo Server's cache control has it: a
 * field's own hint goes before its type's, and what has none must not be kept, unless it is a plain value below the
 * root or inherits.
 */
function hintOf(field: GraphQLField<unknown, unknown>, isRoot: boolean): CacheHint | null {
  const target = getNamedType(field.type);
  const ofType = isCompositeType(target) ? annotationOn(target) : {};
  const own = annotationOn(field);
  const inherits = ofType.inheritMaxAge || (own.inheritMaxAge && ofType.maxAge === undefined);
  const scope = own.scope ?? ofType.scope;
  const maxAge = own.maxAge ?? ofType.maxAge;
  if (maxAge === undefined && ((isCompositeType(target) && !inherits) || isRoot)) return { maxAge: 0, scope };
  return maxAge === undefined && scope === undefined ? null : { maxAge, scope };
}

const hints = new WeakMap<object, CacheHint>();

function restrict(hint: CacheHint, { maxAge, scope }: CacheHint): void {
  if (maxAge !== undefined && (hint.maxAge === undefined || maxAge < hint.maxAge)) hint.maxAge = maxAge;
  if (scope !== undefined && hint.scope !== 'PRIVATE') hint.scope = scope;
}

/** Begins to note what the answer that is made with this context may be kept for. */
export const startCacheHints = (context: object): void => void hints.set(context, {});

/** The `cache-control` of the answer that was made with this context; an answer with errors is never kept. */
export function cacheControlOf(context: object, hasErrors: boolean): string {
  const { maxAge, scope = 'PUBLIC' } = hints.get(context) ?? {};
  return maxAge && !hasErrors ? `max-age=${maxAge}, ${scope.toLowerCase()}` : 'no-store';
}

type Resolve = GraphQLFieldResolver<unknown, object | undefined>;

/** Notes hints while there are any to note: once an answer must not be kept, nothing more matters. */
const noting =
  (resolve: Resolve, note: (hint: CacheHint, args: Record<string, unknown>) => void): Resolve =>
  (parent, args, context, info) => {
    const hint = context && hints.get(context);
    if (hint && hint.maxAge !== 0) note(hint, args);
    return resolve(parent, args, context, info);
  };

/** Entities count by their types; one of a type without a hint must not be kept, nor must an answer about none. */
function noteEntities(schema: GraphQLSchema) {
  const ofEntities = new Map(
    Object.values(schema.getTypeMap()).map((type) => [type.name, annotationOn(type)]),
  );
  return (hint: CacheHint, { representations }: Record<string, unknown>): void => {
    const typenames = Array.isArray(representations)
      ? new Set(representations.map(({ __typename }: { __typename?: unknown }) => String(__typename)))
      : [];
    for (const name of typenames) restrict(hint, { maxAge: 0, ...defined(ofEntities.get(name)) });
    if (hint.maxAge === undefined) restrict(hint, { maxAge: 0 });
  };
}

const defined = ({ maxAge, scope }: CacheHint = {}): CacheHint => ({
  ...(maxAge === undefined ? {} : { maxAge }),
  ...(scope === undefined ? {} : { scope }),
});

/** Has the schema's resolvers note what `@cacheControl` says of what they answer. */
export function noteCacheHints(schema: GraphQLSchema): void {
  const roots: readonly (GraphQLObjectType | null | undefined)[] = [
    schema.getQueryType(),
    schema.getMutationType(),
  ];
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    if (type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      const hint = hintOf(field, roots.includes(type));
      if (type === schema.getQueryType() && field.name === '_entities') {
        field.resolve = noting(resolve, noteEntities(schema));
      } else if (hint) {
        field.resolve = noting(resolve, (whole) => restrict(whole, hint));
      }
    }
  }
}

/** Tells what may be kept where Apollo Server answers. */
export const cacheHintsPlugin: ApolloServerPlugin = {
  requestDidStart: async () => ({
    executionDidStart: async ({ contextValue }) => startCacheHints(contextValue),
    willSendResponse: async ({ contextValue, response: { http, body } }) => {
      const hasErrors = body.kind !== 'single' || body.singleResult.errors !== undefined;
      http.headers.set('cache-control', cacheControlOf(contextValue, hasErrors));
    },
  }),
};
