import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { gauge, type Logger, refuseUpgrade } from '@studymate/runtime';
import { GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { CloseCode, type Context, makeServer, type SubscribePayload } from 'graphql-ws';
import type { Config } from '../config.ts';
import type { SubscriptionRules } from '../config-schema.ts';
import type { Eventually } from '../execution/eventually.ts';
import type { RequestScope } from '../execution/scope.ts';
import { tracedRequest } from '../execution/tracing.ts';
import type { GraphqlAnswer } from '../graphql-engine.ts';
import { clientNameOf, clientVersionOf } from '../operations/resolve-search.ts';
import type { HoldToRate } from '../plugins/rate-limits.ts';
import { requestIdOf } from '../plugins/request-id.ts';
import type { AnsweredRequest, createRequestLog } from '../plugins/request-log.ts';
import { refuseUnstorableText } from '../plugins/unstorable-text.ts';
import { codesOf } from '../present-failure.ts';
import { createAllowance } from './allowance.ts';
import { isLive, type LiveAnswers, type LiveOperations, retryAfterSeconds } from './live-operations.ts';
import { isOriginAllowed } from './origins.ts';
import type { SessionWatch } from './session-watch.ts';
import { createConnections, type Extra } from './websocket-connections.ts';

export interface WebSocketOptions {
  readonly config: Config;
  readonly rules: SubscriptionRules;
  readonly operations: LiveOperations;
  readonly sessions: SessionWatch;
  /** Rejects with a GraphQLError for a token that is no good. */
  readonly readScope: (
    request: IncomingMessage,
    authorization: string | undefined,
    requestId: string,
  ) => Eventually<RequestScope>;
  /** Each operation counts against the rate like a request. */
  readonly holdToRate: HoldToRate;
  readonly log: ReturnType<typeof createRequestLog>;
  readonly logger: Logger;
}

export interface WebSockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every client to go elsewhere (1001). */
  stop(): Promise<void>;
}

type Connection = Context<Record<string, unknown>, Extra>;

/** Who is at the other end of a connection. */
interface Caller {
  readonly scope: RequestScope;
  readonly clientName: string | null;
  readonly clientVersion: string | null;
}

const clientHeaders = ['apollographql-client-name', 'apollographql-client-version'];

/** A page cannot add headers to a WebSocket: it names its client and brings its token in `connection_init`. */
function readParameters(
  { connectionParams = {} }: Connection,
  { headers }: IncomingMessage,
): string | undefined {
  for (const name of clientHeaders) {
    const given = connectionParams[name];
    if (typeof given === 'string') headers[name] ??= given;
  }
  const given = connectionParams.authorization ?? connectionParams.Authorization;
  return typeof given === 'string' ? given : headers.authorization;
}

const toError = ({ message, path, extensions }: GraphQLFormattedError): GraphQLError =>
  new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });

/** Errors in the place of an answer end a subscription; an answer with data is one, whatever failed in it. */
const refusalOf = (answer: GraphqlAnswer | LiveAnswers): GraphQLError[] | null =>
  !isLive(answer) && answer.errors && answer.data === undefined ? answer.errors.map(toError) : null;

function presentRefusal(error: unknown, requestId: string, logger: Logger): GraphQLError {
  if (!(error instanceof GraphQLError)) {
    logger.error({ request_id: requestId, err: error }, 'unexpected error');
    return new GraphQLError('Internal error', { extensions: { code: 'INTERNAL', requestId } });
  }
  const { http: _http, code = 'BAD_USER_INPUT', ...rest } = error.extensions;
  return new GraphQLError(error.message, { extensions: { ...rest, code, requestId } });
}

/** The status that the same refusal has over HTTP. */
function statusOf(error: unknown): number {
  if (!(error instanceof GraphQLError)) return 500;
  const { http } = error.extensions;
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : 400;
  return typeof status === 'number' ? status : 400;
}

/** Finds out who opens a connection; false for who may not, and closes it when their session ends. */
function createConnect({ rules, sessions, readScope }: WebSocketOptions, callers: WeakMap<Extra, Caller>) {
  const allowance = createAllowance(rules.connectionsPerViewer);
  return async (connection: Connection): Promise<boolean> => {
    const { extra } = connection;
    const { request, socket } = extra;
    if (!request) return false;
    const authorization = readParameters(connection, request);
    try {
      const scope = await readScope(request, authorization, requestIdOf(request.headers['x-request-id']));
      if (!scope.viewer && !rules.anonymous) return false;
      const release = allowance.take(scope.viewer?.id ?? scope.ipAddress);
      if (!release) {
        socket.close(CloseCode.TooManyInitialisationRequests, 'Too many connections');
        return false;
      }
      const { headers } = request;
      callers.set(extra, {
        scope,
        clientName: clientNameOf(headers),
        clientVersion: clientVersionOf(headers),
      });
      const leave = sessions.watch(scope, authorization, (why) => socket.close(CloseCode.Forbidden, why));
      socket.once('close', () => {
        leave();
        release();
      });
      // Thousands of idle connections hold on to nothing that is of no more use, tokens least of all.
      extra.request = null;
      Object.assign(connection, { connectionParams: {} });
      return true;
    } catch (error) {
      if (error instanceof GraphQLError) return false;
      throw error;
    }
  };
}

/** Opens operations, each with a log line like any request's. */
function createOpen({ operations, holdToRate, log, logger }: WebSocketOptions) {
  return async (
    { scope: connected, clientName, clientVersion }: Caller,
    payload: SubscribePayload,
  ): Promise<GraphqlAnswer | LiveAnswers | GraphQLError[]> => {
    const startedAt = performance.now();
    const scope = { ...connected, requestId: requestIdOf(undefined) };
    let operationName: string | null = null;
    const tell = (status: number, errors: unknown, lane: AnsweredRequest['lane']) =>
      log(
        {
          requestId: scope.requestId,
          operationName,
          clientName,
          clientVersion,
          traceParent: null,
          viewerId: scope.viewer?.id ?? null,
          ipAddress: scope.ipAddress,
          status,
          errorCodes: codesOf(errors),
          durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
          lane,
          protocol: 'websocket',
        },
        scope.client,
      );
    try {
      refuseUnstorableText(Buffer.from(JSON.stringify(payload)), payload);
      await holdToRate(scope);
      const onOperation = (name: string | null) => {
        operationName = name;
      };
      const asked = { payload, client: clientName, protocol: 'websocket', onOperation } as const;
      const answer = await tracedRequest({}, (traceParent) =>
        operations.open({ ...asked, scope: { ...scope, traceParent } }),
      );
      tell(200, isLive(answer) ? undefined : answer.errors, 'new');
      return refusalOf(answer) ?? answer;
    } catch (error) {
      const refused = presentRefusal(error, scope.requestId, logger);
      tell(statusOf(error), [refused], 'refused');
      return [refused];
    }
  };
}

/** graphql-ws looks at no more than the kind of operation: ours are parsed, validated and run elsewhere. */
const anySubscription = parse('subscription { s }', { noLocation: true });
const anyQuery = parse('{ q }', { noLocation: true });

function createProtocol(options: WebSocketOptions) {
  const callers = new WeakMap<Extra, Caller>();
  const answers = new WeakMap<object, GraphqlAnswer | LiveAnswers>();
  const open = createOpen(options);
  const answerOf = ({ contextValue }: { readonly contextValue?: unknown }) => {
    const answer =
      typeof contextValue === 'object' && contextValue !== null ? answers.get(contextValue) : undefined;
    if (!answer) throw new Error('An operation was not opened.');
    return answer;
  };
  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: options.rules.initTimeoutMs,
    onConnect: createConnect(options, callers),
    onSubscribe: async ({ extra }, _id, payload) => {
      const caller = callers.get(extra);
      if (!caller) throw new Error('A connection was not acknowledged.');
      const answer = await open(caller, payload);
      if (Array.isArray(answer)) return answer;
      const contextValue = {};
      answers.set(contextValue, answer);
      const document = isLive(answer) ? anySubscription : anyQuery;
      return { schema: undefined as never, document, contextValue };
    },
    subscribe: async (args) => answerOf(args) as never,
    execute: async (args) => answerOf(args) as never,
    onNext: (_connection, _id, _payload, _args, result) => result as never,
  });
}

const openSockets = gauge({ name: 'gateway_websockets', help: 'WebSockets that are open.', labels: [] });

/** Serves the graphql-transport-ws protocol; the token comes in `connection_init` or in the upgrade's header. */
export function createWebSockets(options: WebSocketOptions): WebSockets {
  const { config, rules, logger } = options;
  const connections = createConnections({
    protocol: createProtocol(options),
    maxPayload: config.bodyLimit,
    maxBuffered: rules.maxBuffered,
    keepAliveMs: rules.keepAliveMs,
    logger,
  });
  const { server } = connections;
  server.on('connection', (socket) => {
    openSockets.inc();
    socket.once('close', () => openSockets.dec());
  });
  return {
    upgrade: (request, socket, head) => {
      if (!isOriginAllowed(request.headers, rules.origins)) return refuseUpgrade(socket, '403 Forbidden');
      if (server.clients.size >= rules.maxConnections) {
        return refuseUpgrade(socket, '503 Service Unavailable', { 'retry-after': `${retryAfterSeconds}` });
      }
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request));
    },
    stop: connections.stop,
  };
}
