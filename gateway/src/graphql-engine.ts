import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApolloServer, type ApolloServerOptions } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from '@studymate/runtime';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { cacheHeadersOf } from './caching/cache-headers.ts';
import type { Config } from './config.ts';
import { presentTrace } from './execution/debug-trace.ts';
import {
  type ExecutionSettings,
  executeOperation,
  type OperationResult,
} from './execution/execute-operation.ts';
import { type Graph, type PreparedOperation, prepareOperation } from './execution/prepared-operation.ts';
import {
  createPreparedOperations,
  keyOfOperation,
  type PreparedOperations,
  sourceOfKey,
} from './execution/prepared-operations.ts';
import type { RequestScope } from './execution/scope.ts';
import type { SegmentedCache } from './execution/segmented-cache.ts';
import type { RegisteredOperation } from './operations/manifest.ts';
import { prepareAgain, prepareRegistered } from './operations/prepare-registered.ts';
import { explainIncrementalDelivery } from './plugins/incremental-delivery.ts';
import { type PresentErrors, shorten } from './present-errors.ts';
import type { HeldGraph } from './supergraph/supergraph-holder.ts';

export interface EngineContext {
  readonly scope: RequestScope;
  /** Told which operation was answered, by the name in its document. */
  readonly onOperation: (name: string | null) => void;
  /** Told how an answer that may be kept says so. */
  readonly onCacheable: (headers: Readonly<Record<string, string>>) => void;
}

export interface GraphqlRequest {
  readonly source: string;
  readonly operationName: string | null;
  readonly variables: unknown;
  readonly scope: RequestScope;
  readonly onOperation: EngineContext['onOperation'];
  readonly onCacheable: EngineContext['onCacheable'];
}

export interface GraphqlAnswer {
  readonly data?: OperationResult['data'];
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface GraphqlEngine {
  /** For operations that have not been met: @apollo/server's whole pipeline ends in the same execution. */
  readonly apollo: ApolloServer<EngineContext>;
  /** The operations it can answer at once, and subscriptions that were started: a new graph is warmed with them. */
  readonly operationsOf: PreparedOperations;
  /** Answers an operation that has passed that pipeline before; null for any other. */
  answerKnown(request: GraphqlRequest): Promise<GraphqlAnswer> | null;
  /** Plans a registered operation. Throws when it is not valid in the graph. */
  prepare(operation: RegisteredOperation, graph: Graph): void;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly config: Config;
  readonly holder: HeldGraph;
  readonly settings: ExecutionSettings;
  readonly present: PresentErrors;
  readonly logger: Logger;
}

/** With the line that says there are more: five. */
const maxValidationErrors = 4;

const maxWarmed = 500;
const warmingMs = 10_000;

/** Prepares what was asked last, one operation in each turn of the event loop, for ten seconds at most. */
async function planAgain(
  known: SegmentedCache<PreparedOperation>,
  coming: SegmentedCache<PreparedOperation>,
  prepare: (source: string, prepared: PreparedOperation) => PreparedOperation,
): Promise<void> {
  const startedAt = performance.now();
  for (const [key, prepared] of known.entries().slice(0, maxWarmed)) {
    if (performance.now() - startedAt > warmingMs) return;
    try {
      coming.keep(key, prepare(sourceOfKey(key), prepared));
    } catch {
      // It is not valid in the schema to come: whoever asks for it again is told so.
    }
    await nextTurn();
  }
}

/** Errors of @apollo/server itself: bugs are masked, what a client sent wrong is told, at no great length. */
function createErrorFormat(logger: Logger): NonNullable<ApolloServerOptions<EngineContext>['formatError']> {
  return (formatted, error) => {
    if (formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') {
      return explainIncrementalDelivery({ ...formatted, message: shorten(formatted.message) });
    }
    logger.error({ err: error }, 'unexpected error');
    return { message: 'Internal error', extensions: { code: 'INTERNAL' } };
  };
}

function createApolloOptions(
  { config, holder, logger }: EngineOptions,
  execute: (graph: Graph, request: ApolloRequest) => Promise<GraphqlAnswer>,
): ApolloServerOptions<EngineContext> {
  return {
    gateway: holder.serve(async ({ schema, document, source, request, context }) => {
      const { scope, onOperation, onCacheable }: EngineContext = {
        scope: context.scope,
        onOperation: context.onOperation,
        onCacheable: context.onCacheable,
      };
      const answer = await execute(holder.graphOf(schema), {
        document,
        source,
        operationName: request.operationName ?? null,
        variables: request.variables,
        scope,
        onOperation,
        onCacheable,
      });
      const errors = answer.errors?.map(
        ({ message, path, extensions }) =>
          new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null }),
      );
      return {
        ...(answer.data === undefined ? {} : { data: answer.data }),
        ...(errors ? { errors } : {}),
        ...(answer.extensions ? { extensions: answer.extensions } : {}),
      };
    }),
    introspection: config.introspection,
    csrfPrevention: true,
    // Operations that were answered are kept by this engine, compiled.
    documentStore: null,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: config.isProduction,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    validationOptions: { maxErrors: maxValidationErrors },
    formatError: createErrorFormat(logger),
    stringifyResult: (result) => JSON.stringify(result),
    logger,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  };
}

type ApolloRequest = GraphqlRequest & { readonly document: Parameters<typeof prepareOperation>[1] };

/** Joins @apollo/server's pipeline with the execution of plans, and remembers the operations that passed it. */
export async function startGraphqlEngine(options: EngineOptions): Promise<GraphqlEngine> {
  const { config, holder, settings, present } = options;
  const operationsOf = createPreparedOperations(config.operationCache);

  const run = async (graph: Graph, prepared: PreparedOperation, request: GraphqlRequest) => {
    const { variables, scope, onOperation, onCacheable } = request;
    onOperation(prepared.operation.name?.value ?? null);
    const result = await executeOperation(graph, prepared, { ...settings, variables, scope });
    if (result.freshness) {
      const audience = { isForEverybody: prepared.requirements.size === 0, vary: config.propagatedHeaders };
      onCacheable(cacheHeadersOf(result.freshness, result.ageSeconds, audience));
    }
    return {
      ...(result.data === undefined ? {} : { data: result.data }),
      ...(result.errors.length === 0 ? {} : { errors: present(result.errors, scope.requestId) }),
      ...(scope.debug ? { extensions: presentTrace(scope.debug) } : {}),
    };
  };

  const apollo = new ApolloServer<EngineContext>(
    createApolloOptions(options, async (graph, request) => {
      const operations = operationsOf(graph);
      const key = keyOfOperation(request.source, request.operationName);
      const prepared =
        operations.get(key) ?? prepareOperation(graph, request.document, request.operationName);
      const answer = await run(graph, prepared, request);
      operations.admit(key, prepared);
      return answer;
    }),
  );
  await apollo.start();
  holder.beforeSwap((next) =>
    planAgain(operationsOf(holder.current()), operationsOf(next), (source, prepared) =>
      prepareAgain(next, { source, known: prepared }, config),
    ),
  );

  return {
    apollo,
    operationsOf,
    answerKnown: (request) => {
      const graph = holder.current();
      const prepared = operationsOf(graph).get(keyOfOperation(request.source, request.operationName));
      return prepared && prepared.operation.operation !== 'subscription'
        ? run(graph, prepared, request)
        : null;
    },
    prepare: (operation, graph) => {
      const prepared = prepareRegistered(graph, operation, config);
      if (prepared) operationsOf(graph).keep(keyOfOperation(operation.body, operation.name), prepared);
    },
    stop: () => apollo.stop(),
  };
}
