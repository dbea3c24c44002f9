import type { Logger } from '@studymate/runtime';
import { GraphQLError, getOperationAST } from 'graphql';
import { toHeaderMap } from '../apollo-request.ts';
import type { Config } from '../config.ts';
import type { SubscriptionRules } from '../config-schema.ts';
import type { ExecutionSettings } from '../execution/execute-operation.ts';
import { UpstreamUnavailable } from '../execution/execution-error.ts';
import { isDataObject } from '../execution/gathered.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { GraphqlAnswer, GraphqlEngine } from '../graphql-engine.ts';
import type { ResolveOperation } from '../operations/resolve-operation.ts';
import { refusal } from '../plugins/read-body.ts';
import type { PresentErrors } from '../present-errors.ts';
import type { HeldGraph } from '../supergraph/supergraph-holder.ts';
import { createAllowance } from './allowance.ts';
import { type SubscriptionAnswers, startSubscription, unavailable } from './answer-events.ts';
import type { EventSources } from './event-sources.ts';
import { createPreparation, type LiveOperation, readOperation } from './live-operation.ts';
import { createSubscriptionLog, type LiveProtocol, type LoggedSubscription } from './subscription-log.ts';

export type LiveAnswers = AsyncIterableIterator<GraphqlAnswer> & {
  return(): Promise<IteratorResult<GraphqlAnswer>>;
};

export interface AskedLive {
  readonly payload: object;
  readonly client: string | null;
  readonly scope: RequestScope;
  readonly protocol: LiveProtocol;
  /** Told which operation it is, by the name in its document, once that is valid. */
  readonly onOperation: (name: string | null) => void;
}

/** Answers an operation over a connection that stays open: once, or for every event. */
export interface LiveOperations {
  /** Throws a GraphQLError for what cannot be asked at all. */
  open(asked: AskedLive): Promise<GraphqlAnswer | LiveAnswers>;
}

export interface LiveOptions {
  readonly config: Config;
  readonly rules: SubscriptionRules;
  readonly holder: HeldGraph;
  readonly engine: GraphqlEngine;
  readonly settings: ExecutionSettings;
  readonly present: PresentErrors;
  readonly resolve: ResolveOperation;
  readonly sources: EventSources;
  readonly logger: Logger;
}

export const isLive = (answer: GraphqlAnswer | LiveAnswers): answer is LiveAnswers =>
  Symbol.asyncIterator in answer;

/** For who comes when everything is taken. */
export const retryAfterSeconds = 5;

/** A query or mutation takes the same way as over plain HTTP. */
async function answerOnce(
  engine: GraphqlEngine,
  operation: LiveOperation,
  { scope, onOperation }: AskedLive,
): Promise<GraphqlAnswer> {
  const { source: query, operationName, variables } = operation;
  const context = { scope, onOperation, onCacheable: () => undefined };
  const known = isDataObject(variables ?? {})
    ? engine.answerKnown({ source: query, operationName, variables: variables ?? null, ...context })
    : null;
  if (known) return known;
  const { body } = await engine.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: toHeaderMap({ 'content-type': 'application/json' }),
      search: '',
      body: { query, ...(operationName === null ? {} : { operationName }), variables: variables ?? {} },
    },
    context: async () => context,
  });
  if (body.kind !== 'complete')
    throw refusal(400, 'BAD_USER_INPUT', 'Incremental delivery is not supported.');
  return JSON.parse(body.string) as GraphqlAnswer;
}

/** Takes a place of the viewer's, and one of everybody's. Throws RATE_LIMITED (429, 503) when there is none. */
function createAdmission({ perViewer, maxSubscriptions }: SubscriptionRules) {
  const each = createAllowance(perViewer);
  const all = createAllowance(maxSubscriptions);
  return ({ viewer, ipAddress }: RequestScope): (() => void) => {
    const leave = each.take(viewer?.id ?? ipAddress);
    if (!leave) throw refusal(429, 'RATE_LIMITED', `No more than ${perViewer} subscriptions at once.`);
    const leaveAll = all.take('');
    if (leaveAll) {
      return () => {
        leave();
        leaveAll();
      };
    }
    leave();
    throw new GraphQLError('Too many subscriptions are open. Try again shortly.', {
      extensions: {
        code: 'RATE_LIMITED',
        retryAfterSeconds,
        http: { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } },
      },
    });
  };
}

interface Delivery {
  readonly present: PresentErrors;
  readonly requestId: string;
  readonly logged: LoggedSubscription;
  readonly stop: AbortController;
}

/** Presents every answer; an upstream that stays away is told as the last one. */
async function* deliver(
  answers: SubscriptionAnswers,
  { present, requestId, logged, stop }: Delivery,
): AsyncGenerator<GraphqlAnswer> {
  try {
    for await (const { data, errors } of answers) {
      logged.delivered();
      yield {
        ...(errors.length === 0 ? {} : { errors: present(errors, requestId) }),
        ...(data === undefined ? {} : { data }),
      };
    }
  } catch (error) {
    if (!(error instanceof UpstreamUnavailable)) throw error;
    yield { data: null, errors: present([unavailable(error)], requestId) };
  } finally {
    stop.abort();
    logged.ended();
  }
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
  const { config, rules, holder, engine, settings, present, resolve, sources, logger } = options;
  const prepare = createPreparation(config, engine.operationsOf);
  const admit = createAdmission(rules);
  const logOpened = createSubscriptionLog(logger);

  const subscribe = async (operation: LiveOperation, asked: AskedLive) => {
    const { scope, client: clientName, protocol } = asked;
    const graph = holder.current();
    const prepared = prepare(graph, operation);
    const operationName = prepared.operation.name?.value ?? null;
    asked.onOperation(operationName);
    const stop = new AbortController();
    stop.signal.addEventListener('abort', admit(scope), { once: true });
    try {
      const { variables } = operation;
      const { signal } = stop;
      const start = await startSubscription(graph, prepared, { variables, scope, settings, sources, signal });
      if (start.kind === 'refused') {
        stop.abort();
        return { errors: present(start.errors, scope.requestId) };
      }
      const logged = logOpened({ operationName, clientName, protocol, scope });
      const answers = deliver(start.answers, { present, requestId: scope.requestId, logged, stop });
      return abortable(answers, () => stop.abort());
    } catch (error) {
      stop.abort();
      throw error;
    }
  };

  return {
    open: async (asked) => {
      const resolved = resolve(asked.client, { ...asked.payload });
      const { limits } = settings.rulesOf(asked.scope);
      const operation = readOperation(isDataObject(resolved) ? resolved : {}, limits);
      const { document, operationName } = operation;
      return getOperationAST(document, operationName)?.operation === 'subscription'
        ? subscribe(operation, asked)
        : answerOnce(engine, operation, asked);
    },
  };
}
