import { gauge } from '@studymate/runtime';
import {
  type DocumentNode,
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { toHeaderMap } from '../apollo-request.ts';
import type { Config } from '../config.ts';
import type { SubscriptionRules } from '../config-schema.ts';
import { type BoundedCache, createBoundedCache } from '../execution/bounded-cache.ts';
import type { ExecutionSettings } from '../execution/execute-operation.ts';
import { isDataObject } from '../execution/gathered.ts';
import { type Graph, type PreparedOperation, prepareOperation } from '../execution/prepared-operation.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { GraphqlAnswer, GraphqlEngine } from '../graphql-engine.ts';
import type { ResolveOperation } from '../operations/resolve-operation.ts';
import { admitDocument, type OperationLimits } from '../plugins/operation-limits.ts';
import { refusal } from '../plugins/read-body.ts';
import type { PresentErrors } from '../present-errors.ts';
import type { HeldGraph } from '../supergraph/supergraph-holder.ts';
import { startSubscription } from './answer-events.ts';
import type { SubgraphStreams } from './subgraph-stream.ts';

export type LiveAnswers = AsyncIterableIterator<GraphqlAnswer> & {
  return(): Promise<IteratorResult<GraphqlAnswer>>;
};

/** Answers an operation over a connection that stays open: once, or for every event. */
export interface LiveOperations {
  /** Throws a GraphQLError for what cannot be asked at all. */
  open(asked: {
    readonly payload: object;
    readonly client: string | null;
    readonly scope: RequestScope;
  }): Promise<GraphqlAnswer | LiveAnswers>;
}

export interface LiveOptions {
  readonly config: Config;
  readonly rules: SubscriptionRules;
  readonly holder: HeldGraph;
  readonly engine: GraphqlEngine;
  readonly settings: ExecutionSettings;
  readonly present: PresentErrors;
  readonly resolve: ResolveOperation;
  readonly streams: SubgraphStreams;
}

export const isLive = (answer: GraphqlAnswer | LiveAnswers): answer is LiveAnswers =>
  Symbol.asyncIterator in answer;

const openSubscriptions = gauge({
  name: 'gateway_subscriptions',
  help: 'Subscriptions that are open.',
  labels: [],
});

const maxValidationErrors = 5;

interface AskedOperation {
  readonly source: string;
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: unknown;
}

function readAsked(payload: Readonly<Record<string, unknown>>, limits: OperationLimits): AskedOperation {
  const { query, operationName = null, variables } = payload;
  if (typeof query !== 'string' || (operationName !== null && typeof operationName !== 'string'))
    throw refusal(400, 'BAD_USER_INPUT', 'No operation.');
  admitDocument(query, limits);
  const document = parse(query, { noLocation: true });
  return { source: query, document, operationName, variables };
}

/** Counts what is open for each key, up to a number. */
function createTally(max: number) {
  const open = new Map<string, number>();
  return (key: string): (() => void) | null => {
    const before = open.get(key) ?? 0;
    if (before >= max) return null;
    open.set(key, before + 1);
    openSubscriptions.inc();
    return () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left === 0) open.delete(key);
      else open.set(key, left);
      openSubscriptions.dec();
    };
  };
}

/** Operations that have passed validation, per supergraph. */
function createPreparation({ config }: LiveOptions) {
  const known = new WeakMap<Graph, BoundedCache<PreparedOperation>>();
  const rules = config.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  return (graph: Graph, { source, document, operationName }: AskedOperation): PreparedOperation => {
    const operations = known.get(graph) ?? createBoundedCache<PreparedOperation>(config.operationCache);
    known.set(graph, operations);
    const key = `${operationName ?? ''}\u0000${source}`;
    const before = operations.get(key);
    if (before) return before;
    const [problem] = validate(graph.schema, document, rules, {
      maxErrors: maxValidationErrors,
      hideSuggestions: config.isProduction,
    });
    if (problem) {
      throw new GraphQLError(problem.message, {
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
      });
    }
    const prepared = prepareOperation(graph, document, operationName);
    operations.set(key, prepared);
    return prepared;
  };
}

/** A query or mutation takes the same way as over plain HTTP. */
async function answerOnce(
  engine: GraphqlEngine,
  asked: AskedOperation,
  scope: RequestScope,
): Promise<GraphqlAnswer> {
  const { source: query, operationName, variables } = asked;
  const { body } = await engine.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: toHeaderMap({ 'content-type': 'application/json' }),
      search: '',
      body: { query, ...(operationName === null ? {} : { operationName }), variables: variables ?? {} },
    },
    context: async () => ({ scope, onOperation: () => undefined, onCacheable: () => undefined }),
  });
  if (body.kind !== 'complete')
    throw refusal(400, 'BAD_USER_INPUT', 'Incremental delivery is not supported.');
  return JSON.parse(body.string) as GraphqlAnswer;
}

/** Generators answer `return` only once their `next` is done; aborting first makes it be done. */
function abortable(answers: AsyncGenerator<GraphqlAnswer>, stop: () => void): LiveAnswers {
  const live: LiveAnswers = {
    next: () => answers.next(),
    return: async () => {
      stop();
      return answers.return(undefined);
    },
    [Symbol.asyncIterator]: () => live,
  };
  return live;
}

export function createLiveOperations(options: LiveOptions): LiveOperations {
  const { config, rules, holder, engine, settings, present, resolve, streams } = options;
  const prepare = createPreparation(options);
  const admit = createTally(rules.perViewer);

  const subscribe = async (
    asked: AskedOperation,
    scope: RequestScope,
  ): Promise<GraphqlAnswer | LiveAnswers> => {
    const graph = holder.current();
    const prepared = prepare(graph, asked);
    const release = admit(scope.viewer?.id ?? scope.ipAddress);
    if (!release)
      throw refusal(429, 'RATE_LIMITED', `No more than ${rules.perViewer} subscriptions at once.`);
    const stop = new AbortController();
    stop.signal.addEventListener('abort', release, { once: true });
    const { variables } = asked;
    try {
      const start = await startSubscription(graph, prepared, {
        variables,
        scope,
        settings,
        streams,
        signal: stop.signal,
      });
      if (start.kind === 'refused') {
        stop.abort();
        return { errors: present(start.errors, scope.requestId) };
      }
      const answers = async function* (): AsyncGenerator<GraphqlAnswer> {
        try {
          for await (const { data, errors } of start.answers) {
            yield {
              ...(errors.length === 0 ? {} : { errors: present(errors, scope.requestId) }),
              ...(data === undefined ? {} : { data }),
            };
          }
        } finally {
          stop.abort();
        }
      };
      return abortable(answers(), () => stop.abort());
    } catch (error) {
      stop.abort();
      throw error;
    }
  };

  return {
    open: async ({ payload, client, scope }) => {
      const resolved = resolve(client, { ...payload });
      const { limits } = settings.rulesOf(scope);
      const asked = readAsked(isDataObject(resolved) ? resolved : {}, limits);
      const operation = getOperationAST(asked.document, asked.operationName);
      return operation?.operation === 'subscription'
        ? subscribe(asked, scope)
        : answerOnce(engine, asked, scope);
    },
  };
}
