import { createHash } from 'node:crypto';
import type { HttpResponse } from '@studymate/runtime';
import { type Failure, problem, statusOf } from './problem.ts';
import type { RestRoute } from './rest-route.ts';

type Members = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** Headers of a GraphQL response that mean the same here: limits, mostly. */
const kept = (headers: HttpResponse['headers'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(content-|cache-control$)/i.test(name)));

/** The first top-level error, and where all of them were. An answer with holes in it is none. */
function failureOfErrors(errors: readonly unknown[], httpStatus: number): Failure {
  const told = errors.filter(isRecord).map(({ message, path, extensions }) => ({
    code: textOf(isRecord(extensions) ? extensions.code : undefined, 'INTERNAL'),
    message: textOf(message, 'Internal error'),
    ...(path === undefined ? {} : { path }),
  }));
  const first = told[0] ?? { code: 'INTERNAL', message: 'Internal error' };
  const code = Object.hasOwn(statusOf, first.code)
    ? first.code
    : httpStatus < 500 && httpStatus >= 400
      ? 'BAD_USER_INPUT'
      : 'INTERNAL';
  return {
    status: httpStatus >= 400 ? httpStatus : (statusOf[code] ?? 500),
    code,
    message: first.message,
    details: { errors: told },
  };
}

/** A member of the result's union that stands for a failure: its other fields are members of the problem. */
function failureOfResult(result: Members): Failure {
  const { __typename, code, message, ...details } = result;
  const known = textOf(code, 'BAD_USER_INPUT');
  return { status: statusOf[known] ?? 400, code: known, message: textOf(message, 'Not done.'), details };
}

const notFound: Failure = { status: 404, code: 'NOT_FOUND', message: 'Not found.' };

/** The strong validator of a body. */
const entityTagOf = (body: string): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;

const matches = (condition: string, tag: string): boolean =>
  condition.split(',').some((each) => {
    const given = each.trim();
    return given === '*' || given.replace(/^W\//, '') === tag;
  });

function success(
  route: RestRoute,
  result: unknown,
  given: { headers: Record<string, string>; ifNoneMatch: string | undefined },
): HttpResponse {
  if (result === null) return { status: 204, headers: given.headers, body: '' };
  const body = JSON.stringify(result);
  const headers = { ...given.headers, 'content-type': 'application/json; charset=utf-8' };
  if (route.method !== 'GET') return { status: route.settings.status, headers, body };
  const etag = entityTagOf(body);
  const cached = { ...headers, etag, 'cache-control': 'private, no-cache', vary: 'authorization, x-api-key' };
  return matches(given.ifNoneMatch ?? '', etag)
    ? {
        status: 304,
        headers: {
          ...given.headers,
          etag,
          'cache-control': 'private, no-cache',
          vary: 'authorization, x-api-key',
        },
        body: '',
      }
    : { status: 200, headers: cached, body };
}

/** An object of another type than those of which the operation reads anything. */
const isBareName = (result: unknown): boolean =>
  isRecord(result) && Object.keys(result).join() === '__typename';

/** What a route answers, of what its operation answered. */
export function presentAnswer(
  route: RestRoute,
  response: HttpResponse,
  request: { readonly requestId: string; readonly ifNoneMatch: string | undefined },
): HttpResponse {
  const answer: unknown = JSON.parse(String(response.body));
  const { data, errors } = isRecord(answer) ? answer : {};
  const headers = kept(response.headers);
  if (Array.isArray(errors) && errors.length > 0) {
    return problem(failureOfErrors(errors, response.status), request.requestId, headers);
  }
  const result = isRecord(data) ? (data[route.root.key] ?? null) : null;
  if (route.method === 'GET' && (result === null || isBareName(result)))
    return problem(notFound, request.requestId, headers);
  if (isRecord(result) && typeof result.__typename === 'string' && route.failures.has(result.__typename)) {
    return problem(failureOfResult(result), request.requestId, headers);
  }
  return success(route, result, { headers, ifNoneMatch: request.ifNoneMatch });
}
