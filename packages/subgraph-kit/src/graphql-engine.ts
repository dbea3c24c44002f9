import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { type HttpResponse, isProduction, type Logger } from '@studymate/runtime';
import { type DocumentNode, execute, type GraphQLSchema } from 'graphql';
import { cacheControlOf, cacheHintsPlugin, startCacheHints } from './cache-hints.ts';
import { createErrorPresenter } from './errors.ts';
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

/** Has what Apollo Server parsed and found valid remembered. */
const remembering = (known: KnownDocuments): ApolloServerPlugin => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ source, document }) => known.remember(source, document),
  }),
});

/**
 * Answers GraphQL. What is new goes through Apollo Server, and so does what is traced; an operation that it found valid
 * before is executed at once, by the same resolvers, with the same answer.
 */
export async function startGraphqlEngine<C extends object>(
  schema: GraphQLSchema,
  logger: Logger,
): Promise<GraphqlEngine<C>> {
  const known = createKnownDocuments();
  const server = createGraphqlServer<C>(schema, logger, [remembering(known)]);
  const present = createErrorPresenter(logger);
  await server.start();

  async function askApollo({ body, trace, createContext }: GraphqlRequest<C>): Promise<HttpResponse> {
    const headers = new HeaderMap([['content-type', 'application/json']]);
    if (trace !== undefined) headers.set(traceHeader, trace);
    const answer = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body },
      context: async () => createContext(),
    });
    if (answer.body.kind !== 'complete') throw new Error('A subgraph answers in one piece.');
    const { status = 200, headers: answered, body: whole } = answer;
    return { status, headers: Object.fromEntries(answered), body: whole.string };
  }

  /** Null when nothing was executed, since variables or the operation's name are not right. */
  async function answerKnown(operation: KnownOperation, contextValue: C): Promise<HttpResponse | null> {
    startCacheHints(contextValue);
    const { data, errors } = await execute({ schema, ...operation, contextValue });
    if (data === undefined) return null;
    const presented = errors?.map((error) => present(error.toJSON(), error));
    return {
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': cacheControlOf(contextValue, errors !== undefined),
      },
      body: `${JSON.stringify({ errors: presented, data })}\n`,
    };
  }

  return {
    async answer(request) {
      const operation = request.trace === undefined ? readKnown(request.body, known) : null;
      const answer = operation ? await answerKnown(operation, request.createContext()) : null;
      return answer ?? askApollo(request);
    },
    stop: () => server.stop(),
  };
}
