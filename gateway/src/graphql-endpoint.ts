import type { IncomingMessage } from 'node:http';
import { type HttpResponse, json, type Logger } from '@studymate/runtime';
import { GraphQLError } from 'graphql';
import type { Config } from './config.ts';
import type { RequestScope } from './execution/scope.ts';
import { type GraphqlAnswer, type GraphqlEngine, toHeaderMap } from './graphql-engine.ts';
import { InvalidToken } from './identity/access-token.ts';
import type { Identify } from './identity/identify.ts';
import { clientAddressOf } from './plugins/client-address.ts';
import { resultTypeFor } from './plugins/media-type.ts';
import { admitDocument } from './plugins/operation-limits.ts';
import { parseJson, readBody, refusal, requireJson } from './plugins/read-body.ts';
import { requestIdOf } from './plugins/request-id.ts';
import type { AnsweredRequest } from './plugins/request-log.ts';
import { testClockOf } from './plugins/test-clock.ts';
import { refuseUnstorableText } from './plugins/unstorable-text.ts';

export interface EndpointOptions {
  readonly config: Config;
  readonly engine: GraphqlEngine;
  readonly identify: Identify;
  readonly log: (request: AnsweredRequest) => void;
  readonly logger: Logger;
}

interface ParsedBody {
  readonly [name: string]: unknown;
}

/** What happened to a request so far, for its log line. */
interface Progress {
  scope: RequestScope | null;
  operationName: string | null;
  lane: AnsweredRequest['lane'];
  errorCodes: string[];
}

const isRecord = (value: unknown): value is ParsedBody =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (header: string | string[] | undefined): string | null =>
  typeof header === 'string' ? header.slice(0, 300) : null;

function propagated({ headers }: IncomingMessage, names: readonly string[]): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
  return passed;
}

/** An error of the gateway's own as a response; what is not a GraphQLError is a bug and masked. */
export function presentFailure(error: unknown, requestId: string, logger: Logger): HttpResponse {
  if (error instanceof GraphQLError) {
    const { http, ...extensions } = error.extensions;
    const status = isRecord(http) && typeof http.status === 'number' ? http.status : 400;
    return json(status, { errors: [{ message: error.message, extensions: { ...extensions, requestId } }] });
  }
  logger.error({ requestId, error }, 'unexpected error');
  return json(500, { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL', requestId } }] });
}

const codesOf = (errors: unknown): string[] =>
  Array.isArray(errors)
    ? errors.map((error: unknown) =>
        isRecord(error) && isRecord(error.extensions) ? String(error.extensions.code) : 'UNKNOWN',
      )
    : [];

/** Adds the request id to errors that @apollo/server worded without knowing it. */
function withRequestId(body: string, requestId: string): { readonly body: string; readonly codes: string[] } {
  if (!body.startsWith('{"errors"')) return { body, codes: [] };
  const answer: unknown = JSON.parse(body);
  if (!isRecord(answer) || !Array.isArray(answer.errors)) return { body, codes: [] };
  const errors = answer.errors.filter(isRecord).map((error) => ({
    ...error,
    extensions: { ...(isRecord(error.extensions) ? error.extensions : {}), requestId },
  }));
  return { body: JSON.stringify({ ...answer, errors }), codes: codesOf(errors) };
}

/** The GraphQL endpoint: the ordered list of what a request passes on its way to an answer. */
export function createGraphqlEndpoint({ config, engine, identify, log, logger }: EndpointOptions) {
  const readScope = async (request: IncomingMessage, requestId: string): Promise<RequestScope> => {
    const { headers, socket } = request;
    try {
      return {
        requestId,
        viewer: await identify(headers.authorization),
        ipAddress: clientAddressOf(socket.remoteAddress, headers['x-forwarded-for'], config.trustedProxies),
        userAgent: textOf(headers['user-agent']),
        testClock: testClockOf(headers['x-test-clock'], config.isProduction),
        propagatedHeaders: propagated(request, config.propagateHeaders),
      };
    } catch (error) {
      if (error instanceof InvalidToken)
        throw refusal(401, 'UNAUTHENTICATED', 'The access token is not valid.');
      throw error;
    }
  };

  const answerKnown = (body: unknown, scope: RequestScope): Promise<GraphqlAnswer> | null => {
    if (!isRecord(body) || typeof body.query !== 'string' || isRecord(body.extensions)) return null;
    const { operationName = null, variables = null } = body;
    if (operationName !== null && typeof operationName !== 'string') return null;
    if (variables !== null && !isRecord(variables)) return null;
    return engine.answerKnown({ source: body.query, operationName, variables, scope });
  };

  const answerNew = async (
    request: IncomingMessage,
    body: unknown,
    scope: RequestScope,
  ): Promise<HttpResponse> => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const source = isRecord(body) ? body.query : url.searchParams.get('query');
    if (typeof source === 'string') admitDocument(source, config.limits);
    const {
      status,
      headers,
      body: answered,
    } = await engine.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'GET',
        headers: toHeaderMap(request.headers),
        search: url.search,
        body,
      },
      context: async () => ({ scope }),
    });
    if (answered.kind !== 'complete')
      throw refusal(406, 'BAD_USER_INPUT', 'Incremental delivery is not supported.');
    return { status: status ?? 200, headers: Object.fromEntries(headers), body: answered.string };
  };

  const answer = async (request: IncomingMessage, progress: Progress): Promise<HttpResponse> => {
    const requestId = requestIdOf(request.headers['x-request-id']);
    progress.scope = await readScope(request, requestId);
    const isPost = request.method === 'POST';
    let body: unknown;
    if (isPost) {
      requireJson(request);
      const bytes = await readBody(request, config.bodyLimit);
      body = parseJson(bytes);
      refuseUnstorableText(bytes, body);
    }
    if (isRecord(body) && typeof body.operationName === 'string') progress.operationName = body.operationName;
    const type = resultTypeFor(request.headers.accept);
    const known = isPost && type !== null ? answerKnown(body, progress.scope) : null;
    if (known && type !== null) {
      progress.lane = 'known';
      const result = await known;
      progress.errorCodes = codesOf(result.errors);
      const ordered = result.errors ? { errors: result.errors, data: result.data } : { data: result.data };
      return { status: 200, headers: { 'content-type': type }, body: JSON.stringify(ordered) };
    }
    const response = await answerNew(request, body, progress.scope);
    if (response.status < 400) progress.lane = 'new';
    const { body: identified, codes } = withRequestId(String(response.body), requestId);
    progress.errorCodes = codes;
    return { ...response, body: identified };
  };

  return async (request: IncomingMessage): Promise<HttpResponse> => {
    const startedAt = performance.now();
    const requestId = requestIdOf(request.headers['x-request-id']);
    request.headers['x-request-id'] = requestId;
    const progress: Progress = { scope: null, operationName: null, lane: 'refused', errorCodes: [] };
    let response: HttpResponse;
    try {
      response = await answer(request, progress);
    } catch (error) {
      response = presentFailure(error, requestId, logger);
      progress.errorCodes = codesOf([{ extensions: error instanceof GraphQLError ? error.extensions : {} }]);
    }
    log({
      requestId,
      operationName: progress.operationName,
      clientName: textOf(request.headers['apollographql-client-name']),
      viewerId: progress.scope?.viewer?.id ?? null,
      ipAddress: progress.scope?.ipAddress ?? '',
      status: response.status,
      errorCodes: progress.errorCodes,
      durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
      lane: progress.lane,
    });
    return { ...response, headers: { ...response.headers, 'x-request-id': requestId } };
  };
}
