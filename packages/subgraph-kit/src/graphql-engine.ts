import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { trace } from '@opentelemetry/api';
import { isDatabaseAway } from '@studymate/database';
import { type HttpResponse, isProduction, type Logger } from '@studymate/runtime';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { cacheControlOf, cacheHintsPlugin, startCacheHints } from './cache-hints.ts';
import { causeOf, createErrorPresenter } from './errors.ts';
import { createKnownDocuments, type KnownDocuments } from './known-documents.ts';

/** Apollo Server over a subgraph's schema, with production's error presentation. */
export const createGraphqlServer = <C extends object>(
  schema: GraphQLSchema,
  logger: Logger,
  plugins: readonly ApolloServerPlugin<C>[] = [],
): ApolloServer<C> =>
  new ApolloServer<C>({
    schema,
    introspection: !isProduction(),
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: isProduction(),
    stopOnTerminationSignals: false,
    formatError: createErrorPresenter(logger),
    logger,
    plugins: [
      ApolloServerPluginInlineTrace(),
      ApolloServerPluginCacheControlDisabled(),
      cacheHintsPlugin,
      ...plugins,
    ],
  });

export interface GraphqlRequest<C> {
  /** The parsed body. */
  readonly body: unknown;
  /** The header by which a gateway asks for a trace of the resolvers. */
  readonly trace: string | undefined;
  readonly createContext: () => C;
}

export interface GraphqlEngine<C> {
  answer(request: GraphqlRequest<C>): Promise<HttpResponse>;
  stop(): Promise<void>;
}

export const traceHeader = 'apollo-federation-include-trace';

/** Compiled, a field that is asked more than once, sometimes, may stand in another place: that is left to graphql-js. */
function hasConditions(document: DocumentNode): boolean {
  let isConditional = false;
  visit(document, {
    Directive: ({ name }) => {
      isConditional ||= name.value === 'include' || name.value === 'skip';
    },
  });
  return isConditional;
}

/**
 * A function for each query of a document, made when it is asked for the second time: it does what graphql-js does,
 * without walking the document. Null for a mutation, which must not be done again when something in it fails.
 */
function createCompiler(schema: GraphQLSchema) {
  const compiled = new WeakMap<DocumentNode, Map<string | null, CompiledQuery['query'] | null>>();
  return ({ document, operationName }: KnownOperation): CompiledQuery['query'] | null => {
    const ofDocument = compiled.get(document) ?? new Map<string | null, CompiledQuery['query'] | null>();
    compiled.set(document, ofDocument);
    const before = ofDocument.get(operationName);
    if (before !== undefined) return before;
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const isCompilable = operation.operation === 'query' && !hasConditions(document);
    const made = isCompilable ? compileQuery(schema, document, operationName ?? '') : null;
    const query = made && isCompiledQuery(made) ? made.query : null;
    ofDocument.set(operationName, query);
    return query;
  };
}

interface KnownOperation {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variableValues: Record<string, unknown> | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The operation that the body asks for when its text is known and the rest is what a gateway sends. */
function readKnown(body: unknown, known: KnownDocuments): KnownOperation | null {
  if (!isRecord(body)) return null;
  const { query, operationName = null, variables = null, extensions = null } = body;
  const isPlain =
    typeof query === 'string' &&
    (operationName === null || typeof operationName === 'string') &&
    (variables === null || isRecord(variables)) &&
    extensions === null;
  const document = isPlain ? known.find(query) : null;
  return document && isPlain ? { document, operationName, variableValues: variables } : null;
}

/** Whether this request's trace is kept: then graphql-js is to execute it, whose steps tracing knows. */
const isSampled = (): boolean => trace.getActiveSpan()?.isRecording() === true;

/** Has what Apollo Server parsed and found valid remembered. */
const remembering = (known: KnownDocuments): ApolloServerPlugin => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ source, document }) => known.remember(source, document),
  }),
});

/**
 * Answers GraphQL. What is new goes through Apollo Server, and so does what is traced; an operation that it found valid
 * before is executed at once, by the same resolvers, with the same answer: a query by its compiled form, and whatever
 * fails there by graphql-js.
 */
export async function startGraphqlEngine<C extends object>(
  schema: GraphQLSchema,
  logger: Logger,
): Promise<GraphqlEngine<C>> {
  const known = createKnownDocuments();
  const compile = createCompiler(schema);
  const server = createGraphqlServer<C>(schema, logger, [remembering(known)]);
  const present = createErrorPresenter(logger);
  await server.start();

  async function askApollo({ body, trace: wanted, createContext }: GraphqlRequest<C>): Promise<HttpResponse> {
    const headers = new HeaderMap([['content-type', 'application/json']]);
    if (wanted !== undefined) headers.set(traceHeader, wanted);
    const answer = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body },
      context: async () => createContext(),
    });
    if (answer.body.kind !== 'complete') throw new Error('A subgraph answers in one piece.');
    const { status = 200, headers: answered, body: whole } = answer;
    return { status, headers: Object.fromEntries(answered), body: whole.string };
  }

  const toResponse = (result: ExecutionResult, context: C): HttpResponse => ({
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': cacheControlOf(context, result.errors !== undefined),
    },
    body: `${JSON.stringify({
      errors: result.errors?.map((error) => present(error.toJSON(), error)),
      data: result.data,
    })}\n`,
  });

  /**
   * Null when something failed: graphql-js is to say what, once for all that one failure makes null. Save when the
   * database is away, which would be waited for twice.
   */
  async function answerCompiled(
    operation: KnownOperation,
    createContext: () => C,
  ): Promise<HttpResponse | null> {
    const query = isSampled() ? null : compile(operation);
    if (!query) return null;
    const context = createContext();
    startCacheHints(context);
    const result = await query(undefined, context, operation.variableValues);
    const isFinal = result.errors?.some((error) => isDatabaseAway(causeOf(error))) ?? true;
    return isFinal ? toResponse(result, context) : null;
  }

  /** Null when nothing was executed, since variables or the operation's name are not right. */
  async function answerKnown(operation: KnownOperation, context: C): Promise<HttpResponse | null> {
    startCacheHints(context);
    const result = await execute({ schema, ...operation, contextValue: context });
    return result.data === undefined ? null : toResponse(result, context);
  }

  return {
    async answer(request) {
      const operation = request.trace === undefined ? readKnown(request.body, known) : null;
      if (!operation) return askApollo(request);
      return (
        (await answerCompiled(operation, request.createContext)) ??
        (await answerKnown(operation, request.createContext())) ??
        askApollo(request)
      );
    },
    stop: () => server.stop(),
  };
}
