import type { IncomingMessage } from 'node:http';
import { type ApolloServer, type BaseContext, type ContextThunk, HeaderMap } from '@apollo/server';
import type { HttpResponse } from '@studymate/runtime';
import { isJson, parseJson, readBody, requireJson } from './plugins/read-body.ts';

/** The parts of a request that say what is asked. */
type AskingPart = Pick<IncomingMessage, 'method' | 'headers'>;

export interface ApolloRequest<Context extends BaseContext> {
  readonly request: AskingPart;
  /** The query string, with or without its question mark. */
  readonly search: string;
  /** The value of the JSON body; undefined where there is none. */
  readonly body: unknown;
  readonly context: ContextThunk<Context>;
}

/** Headers as @apollo/server takes them. */
export function toHeaderMap(headers: NodeJS.Dict<string | string[]>): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/**
 * The body of a POST, as it came and as JSON. Null for any other method or type: @apollo/server words what is wrong
 * with those. Throws a refusal for JSON that cannot be read.
 */
export async function readPost(
  request: IncomingMessage,
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly body: unknown } | null> {
  if (request.method !== 'POST' || !isJson(request)) return null;
  requireJson(request);
  const bytes = await readBody(request, limit);
  return { bytes, body: parseJson(bytes) };
}

/** Hands a request to @apollo/server and its answer, whole or in parts, to our HTTP layer. */
export async function answerWithApollo<Context extends BaseContext>(
  server: ApolloServer<Context>,
  { request, search, body, context }: ApolloRequest<Context>,
): Promise<HttpResponse> {
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: (request.method ?? 'GET').toUpperCase(),
      headers: toHeaderMap(request.headers),
      search,
      body,
    },
    context,
  });
  const status = answer.status ?? 200;
  const headers = Object.fromEntries(answer.headers);
  if (answer.body.kind === 'complete') return { status, headers, body: answer.body.string };
  const parts = answer.body.asyncIterator;
  return {
    status,
    headers,
    body: '',
    stream: async ({ write }) => {
      for await (const part of parts) await write(part);
    },
  };
}
