import type { IncomingMessage } from 'node:http';
import type { HttpResponse, Logger } from '@studymate/runtime';
import { GraphQLError } from 'graphql';
import { answerWithApollo, readPost } from './apollo-request.ts';
import type { Config } from './config.ts';
import type { RequestScope } from './execution/scope.ts';
import { tracedRequest } from './execution/tracing.ts';
import type { EngineContext, GraphqlAnswer, GraphqlEngine } from './graphql-engine.ts';
import type { Identify } from './identity/identify.ts';
import type { LoadShedding } from './limits/load-shedding.ts';
import type { PlanRules } from './limits/plans.ts';
import type { ResolveOperation } from './operations/resolve-operation.ts';
import {
  clientNameOf,
  clientVersionOf,
  readSearch,
  resolveBody,
  resolveSearch,
} from './operations/resolve-search.ts';
import type { LabelClient } from './plugins/client-labels.ts';
import { withLegacyStatus } from './plugins/legacy-status.ts';
import { resultTypeFor } from './plugins/media-type.ts';
import { admitDocument } from './plugins/operation-limits.ts';
import type { HoldToRate } from './plugins/rate-limits.ts';
import { requestIdOf } from './plugins/request-id.ts';
import type { AnsweredRequest, createRequestLog } from './plugins/request-log.ts';
import { refuseUnstorableText } from './plugins/unstorable-text.ts';
import { codesOf, isRecord, presentFailure, withRequestId } from './present-failure.ts';
import { readScope } from './request-scope.ts';
import { framingFor, type StreamEvents } from './subscriptions/event-stream.ts';

export interface EndpointOptions {
  readonly config: Config;
  readonly engine: GraphqlEngine;
  readonly identify: Identify;
  readonly holdToRate: HoldToRate;
  readonly rulesOf: (scope: RequestScope) => PlanRules;
  readonly shedding: LoadShedding;
  readonly resolve: ResolveOperation;
  /** Answers with a stream of events; null when subscriptions are switched off. */
  readonly streamEvents: StreamEvents | null;
  readonly labelClient: LabelClient;
  readonly log: ReturnType<typeof createRequestLog>;
  readonly logger: Logger;
}

/** An operation that stands for a request: the caller chose it, not the one who sent the request. */
export interface GivenOperation {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The parts of a request that say what is asked. */
type AskingPart = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

const asPost = ({ headers }: IncomingMessage): AskingPart => ({
  method: 'POST',
  url: '/graphql',
  headers: { ...headers, accept: 'application/json', 'content-type': 'application/json' },
});

/** What happened to a request so far, for its log line. */
interface Progress {
  readonly requestId: string;
  readonly traceParent: string | null;
  scope: RequestScope | null;
  operationName: string | null;
  lane: AnsweredRequest['lane'];
  protocol: AnsweredRequest['protocol'];
  errorCodes: string[];
  rateHeaders: Readonly<Record<string, string>>;
  /** Present when the answer may be kept. */
  cacheHeaders: Readonly<Record<string, string>>;
}

/** Answers an operation met before; null for one that has to take the whole way. */
function answerKnown(
  engine: GraphqlEngine,
  body: unknown,
  { scope, onOperation, onCacheable }: EngineContext,
): Promise<GraphqlAnswer> | null {
  if (!isRecord(body) || typeof body.query !== 'string') return null;
  if (body.extensions !== undefined && body.extensions !== null) return null;
  const { operationName = null, variables = null } = body;
  if (operationName !== null && typeof operationName !== 'string') return null;
  if (variables !== null && !isRecord(variables)) return null;
  return engine.answerKnown({
    source: body.query,
    operationName,
    variables,
    scope,
    onOperation,
    onCacheable,
  });
}

/** Measures a new operation, then hands it to @apollo/server: parse, validate, CSRF rules, our execution. */
async function answerNew(
  { engine, resolve, rulesOf }: EndpointOptions,
  request: AskingPart,
  { body, context }: { readonly body: unknown; readonly context: EngineContext },
): Promise<HttpResponse> {
  const url = new URL(request.url ?? '/', 'http://gateway');
  const client = clientNameOf(request.headers);
  const search =
    body === undefined
      ? resolveSearch(url.searchParams, (asked) => resolve(client, asked))
      : url.searchParams;
  const source = isRecord(body) ? body.query : search.get('query');
  if (typeof source === 'string') admitDocument(source, rulesOf(context.scope).limits);
  return answerWithApollo(engine.apollo, {
    request,
    search: `?${search}`,
    body,
    context: async () => context,
  });
}

/** The operation that the query string of a GET asks for. */
const searchOf = ({ url }: IncomingMessage): unknown =>
  readSearch(new URL(url ?? '/', 'http://gateway').searchParams);

/** What a GraphQL request passes, in order. */
async function answer(
  options: EndpointOptions,
  request: IncomingMessage,
  { progress, given }: { readonly progress: Progress; readonly given: GivenOperation | null },
): Promise<HttpResponse> {
  const sender = readScope(options, request, progress);
  const scope = sender instanceof Promise ? await sender : sender;
  progress.scope = scope;
  const rated = options.holdToRate(scope);
  progress.rateHeaders = rated instanceof Promise ? await rated : rated;
  const client = clientNameOf(request.headers);
  const asking = given ? asPost(request) : request;
  const posted = given ? null : await readPost(request, options.config.bodyLimit);
  if (posted) refuseUnstorableText(posted.bytes, posted.body);
  const framing = framingFor(asking.headers.accept);
  const onOperation = (name: string | null) => {
    progress.operationName = name;
  };
  if (framing && options.streamEvents) {
    progress.protocol = framing.protocol;
    const payload = request.method === 'POST' ? posted?.body : searchOf(request);
    const { response, errors } = await options.streamEvents(request, {
      framing,
      payload,
      scope,
      onOperation,
    });
    progress.lane = 'new';
    progress.errorCodes = codesOf(errors);
    return response;
  }
  const body = given ?? resolveBody(posted?.body, options.resolve, client);
  const onCacheable = (headers: Readonly<Record<string, string>>) => {
    progress.cacheHeaders = headers;
  };
  const context: EngineContext = { scope, onOperation, onCacheable };
  const type = resultTypeFor(asking.headers.accept);
  const isKnowable = type !== null && body !== undefined && !scope.debug;
  const known = isKnowable ? answerKnown(options.engine, body, context) : null;
  if (known && type !== null) {
    progress.lane = 'known';
    const { errors, data } = await known;
    progress.errorCodes = codesOf(errors);
    const text = JSON.stringify(errors ? { errors, data } : { data });
    return { status: 200, headers: { 'content-type': type }, body: text };
  }
  const response = await answerNew(options, asking, { body, context });
  if (response.status < 400) progress.lane = 'new';
  const { body: identified, codes } = withRequestId(String(response.body), progress.requestId);
  progress.errorCodes = codes;
  return { ...response, body: identified };
}

/** The GraphQL endpoint, with one log line for every request whatever becomes of it. */
export function createGraphqlEndpoint(options: EndpointOptions) {
  const { log, logger, labelClient, shedding } = options;
  const respond = async (
    request: IncomingMessage,
    given: GivenOperation | null,
    traceParent: string | null,
  ): Promise<HttpResponse> => {
    const startedAt = performance.now();
    const requestId = requestIdOf(request.headers['x-request-id']);
    const progress: Progress = {
      requestId,
      traceParent,
      scope: null,
      operationName: null,
      lane: 'refused',
      protocol: 'http',
      errorCodes: [],
      rateHeaders: {},
      cacheHeaders: {},
    };
    let response: HttpResponse;
    let leave: (() => void) | null = null;
    try {
      leave = shedding.enter();
      response = await answer(options, request, { progress, given });
    } catch (error) {
      response = presentFailure(error, requestId, logger);
      progress.errorCodes = codesOf([{ extensions: error instanceof GraphQLError ? error.extensions : {} }]);
    }
    leave?.();
    const answered = {
      requestId,
      traceParent,
      operationName: progress.operationName,
      clientName: clientNameOf(request.headers),
      clientVersion: clientVersionOf(request.headers),
      viewerId: progress.scope?.viewer?.id ?? null,
      ipAddress: progress.scope?.ipAddress ?? '',
      status: response.status,
      errorCodes: progress.errorCodes,
      durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
      lane: progress.lane,
      protocol: progress.protocol,
    };
    log(answered, labelClient(request.headers));
    const headers = {
      ...progress.scope?.answerHeaders,
      ...progress.rateHeaders,
      ...response.headers,
      ...progress.cacheHeaders,
      'x-request-id': requestId,
    };
    const identified = { ...response, headers };
    return given ? identified : withLegacyStatus(identified, request.headers.accept);
  };
  return (request: IncomingMessage, given: GivenOperation | null = null): Promise<HttpResponse> =>
    tracedRequest(request.headers, (traceParent) => respond(request, given, traceParent));
}
