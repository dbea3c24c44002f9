import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '@studymate/runtime';
import { GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import type { Context } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Config } from '../config.ts';
import type { SubscriptionRules } from '../config-schema.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { GraphqlAnswer } from '../graphql-engine.ts';
import { clientNameOf } from '../operations/resolve-search.ts';
import type { HoldToRate } from '../plugins/rate-limits.ts';
import { requestIdOf } from '../plugins/request-id.ts';
import { refuseUnstorableText } from '../plugins/unstorable-text.ts';
import { isLive, type LiveAnswers, type LiveOperations } from './live-operations.ts';
import { isOriginAllowed } from './origins.ts';
import type { SessionWatch } from './session-watch.ts';

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
  ) => Promise<RequestScope>;
  /** Each operation counts against the rate like a request. */
  readonly holdToRate: HoldToRate;
  readonly logger: Logger;
}

export interface WebSockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every client to go elsewhere (1001). */
  stop(): Promise<void>;
}

/** Close code of graphql-ws for who may not be here; its client tries again with a fresh token. */
const forbidden = 4403;

type Connection = Context<Record<string, unknown>, Extra>;

const authorizationOf = ({ connectionParams, extra }: Connection): string | undefined => {
  const given = connectionParams?.authorization ?? connectionParams?.Authorization;
  return typeof given === 'string' ? given : extra.request.headers.authorization;
};

const toError = ({ message, path, extensions }: GraphQLFormattedError): GraphQLError =>
  new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });

/** Errors in the place of an answer end a subscription; an answer with data is one, whatever failed in it. */
const refusalOf = (answer: GraphqlAnswer | LiveAnswers): GraphQLError[] | null =>
  !isLive(answer) && answer.errors && answer.data === undefined ? answer.errors.map(toError) : null;

function presentRefusal(error: unknown, requestId: string, logger: Logger): GraphQLError {
  if (!(error instanceof GraphQLError)) {
    logger.error({ requestId, error }, 'unexpected error');
    return new GraphQLError('Internal error', { extensions: { code: 'INTERNAL', requestId } });
  }
  const { http: _http, code = 'BAD_USER_INPUT', ...rest } = error.extensions;
  return new GraphQLError(error.message, { extensions: { ...rest, code, requestId } });
}

/** Finds out who opens a connection; false for who may not, and closes it when their session ends. */
function createConnect(
  { rules, sessions, readScope }: WebSocketOptions,
  scopes: WeakMap<object, RequestScope>,
) {
  return async (connection: Connection): Promise<boolean> => {
    const { request, socket } = connection.extra;
    const authorization = authorizationOf(connection);
    try {
      const scope = await readScope(request, authorization, requestIdOf(request.headers['x-request-id']));
      if (!scope.viewer && !rules.anonymous) return false;
      scopes.set(connection.extra, scope);
      const leave = sessions.watch(scope, authorization, (why) => socket.close(forbidden, why));
      socket.once('close', leave);
      return true;
    } catch (error) {
      if (error instanceof GraphQLError) return false;
      throw error;
    }
  };
}

/** Serves the graphql-transport-ws protocol; the token comes in `connection_init` or in the upgrade's header. */
export function createWebSockets(options: WebSocketOptions): WebSockets {
  const { config, rules, operations, holdToRate, logger } = options;
  const scopes = new WeakMap<object, RequestScope>();
  const answers = new WeakMap<object, GraphqlAnswer | LiveAnswers>();
  const server = new WebSocketServer({ noServer: true, maxPayload: config.bodyLimit });

  const answerOf = (args: { readonly contextValue?: unknown }) => {
    const { contextValue } = args;
    const answer =
      typeof contextValue === 'object' && contextValue !== null ? answers.get(contextValue) : undefined;
    if (!answer) throw new Error('An operation was not opened.');
    return answer;
  };

  const connect = createConnect(options, scopes);
  const { dispose } = useServer<Record<string, unknown>, Partial<Extra>>(
    {
      connectionInitWaitTimeout: rules.initTimeoutMs,
      onConnect: (connection) => connect(connection),
      onSubscribe: async ({ extra }, _id, payload) => {
        const scope = scopes.get(extra);
        if (!scope) throw new Error('A connection was not acknowledged.');
        try {
          refuseUnstorableText(Buffer.from(JSON.stringify(payload)), payload);
          await holdToRate(scope);
          const answer = await operations.open({
            payload,
            scope,
            client: clientNameOf(extra.request.headers),
          });
          const refused = refusalOf(answer);
          if (refused) return refused;
          const contextValue = {};
          answers.set(contextValue, answer);
          const document = parse(isLive(answer) ? 'subscription { s }' : '{ q }');
          return { schema: undefined as never, document, contextValue };
        } catch (error) {
          return [presentRefusal(error, scope.requestId, logger)];
        }
      },
      subscribe: async (args) => answerOf(args) as never,
      execute: async (args) => answerOf(args) as never,
      onNext: (_connection, _id, _payload, _args, result) => result as never,
    },
    server,
    rules.keepAliveMs,
  );

  return {
    upgrade: (request, socket, head) => {
      if (!isOriginAllowed(request.headers, rules.origins)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request));
    },
    stop: async () => {
      await dispose();
    },
  };
}
