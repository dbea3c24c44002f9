import type { HttpResponse } from '@studymate/runtime';

const jsonOnly = /^\s*application\/json\s*(?:;[^,]*)?$/i;

const isAboutTheOperation = (error: { message?: unknown; extensions?: { code?: unknown } }): boolean =>
  error.extensions?.code === 'GRAPHQL_PARSE_FAILED' ||
  error.extensions?.code === 'GRAPHQL_VALIDATION_FAILED' ||
  (typeof error.message === 'string' && error.message.startsWith('Variable "$'));

interface ErrorAnswer {
  readonly errors?: readonly { message?: unknown; extensions?: { code?: unknown } }[];
}

/**
 * GraphQL over HTTP (6.4.1): to a client that takes `application/json` and nothing else, an operation that does not
 * parse, validate or coerce is answered with 200; it could not tell a 400 of ours from one of a proxy's.
 */
export function withLegacyStatus(response: HttpResponse, accept: string | undefined): HttpResponse {
  if (response.status !== 400 || accept === undefined || !jsonOnly.test(accept)) return response;
  const { errors = [] }: ErrorAnswer = JSON.parse(String(response.body));
  return errors.every(isAboutTheOperation) ? { ...response, status: 200 } : response;
}
