import { type HttpResponse, json, type Logger } from '@studymate/runtime';
import { GraphQLError } from 'graphql';

interface JsonObject {
  readonly [name: string]: unknown;
}

export const isRecord = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Headers of a refusal; a Map where it passes @apollo/server, which takes nothing else. */
const textsOf = (headers: unknown): Record<string, string> => {
  const entries = headers instanceof Map ? [...headers] : isRecord(headers) ? Object.entries(headers) : [];
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'));
};

/** An error of the gateway's own as a response; what is not a GraphQLError is a bug and masked. */
export function presentFailure(error: unknown, requestId: string, logger: Logger): HttpResponse {
  if (error instanceof GraphQLError) {
    const { http, ...extensions } = error.extensions;
    const status = isRecord(http) && typeof http.status === 'number' ? http.status : 400;
    const answer = json(status, {
      errors: [{ message: error.message, extensions: { ...extensions, requestId } }],
    });
    return { ...answer, headers: { ...answer.headers, ...(isRecord(http) ? textsOf(http.headers) : {}) } };
  }
  logger.error({ request_id: requestId, err: error }, 'unexpected error');
  return json(500, { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL', requestId } }] });
}

/** The codes of a response's errors, for its log line. */
export const codesOf = (errors: unknown): string[] =>
  Array.isArray(errors)
    ? errors.map((error: unknown) =>
        isRecord(error) && isRecord(error.extensions) ? String(error.extensions.code) : 'UNKNOWN',
      )
    : [];

/** Adds the request id to errors that @apollo/server worded without knowing it. */
export function withRequestId(
  body: string,
  requestId: string,
): { readonly body: string; readonly codes: string[] } {
  if (!body.startsWith('{"errors"')) return { body, codes: [] };
  const answer: unknown = JSON.parse(body);
  if (!isRecord(answer) || !Array.isArray(answer.errors)) return { body, codes: [] };
  const errors = answer.errors.filter(isRecord).map((error) => ({
    ...error,
    extensions: { ...(isRecord(error.extensions) ? error.extensions : {}), requestId },
  }));
  return { body: JSON.stringify({ ...answer, errors }), codes: codesOf(errors) };
}
