import type { ErrorCode } from '@studymate/contracts';
import type { HttpResponse } from '@studymate/runtime';

/** The status of each code; a code that is not here is the server's fault, or in a failure the caller's. */
export const statusOf: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  INVALID_CREDENTIALS: 401,
  TOKEN_REUSED: 401,
  MFA_REQUIRED: 401,
  FORBIDDEN: 403,
  STEP_UP_REQUIRED: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  VALIDATION: 422,
  CONFLICT: 409,
  IDEMPOTENCY_MISMATCH: 422,
  STATE: 409,
  EXPIRED: 410,
  ACCOUNT_LOCKED: 423,
  RATE_LIMITED: 429,
  QUOTA_EXCEEDED: 429,
  PAYMENT_REQUIRED: 402,
  OPERATION_TOO_COMPLEX: 400,
  PERSISTED_QUERY_REQUIRED: 400,
  UPSTREAM_UNAVAILABLE: 503,
  PROVIDER_UNAVAILABLE: 503,
  CONTENT_POLICY: 422,
  INTERNAL: 500,
} satisfies Record<ErrorCode, number>;

/** What went wrong, in the words of GraphQL. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Members beside those of RFC 9457: what the failure says of itself. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const titleOf = (code: string): string => {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

const reserved = new Set(['type', 'title', 'status', 'detail', 'code', 'requestId']);

/** A problem document (RFC 9457). */
export function problem(
  failure: Failure,
  requestId: string,
  headers: HttpResponse['headers'] = {},
): HttpResponse {
  const { status, code, message, details = {} } = failure;
  const extensions = Object.entries(details).filter(([name]) => !reserved.has(name));
  return {
    status,
    headers: {
      ...headers,
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      'content-type': 'application/problem+json; charset=utf-8',
      'x-request-id': requestId,
    },
    body: JSON.stringify({
      type: `urn:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      title: titleOf(code),
      status,
      detail: message,
      code,
      requestId,
      ...Object.fromEntries(extensions),
    }),
  };
}
