/** Every code a client can meet in `extensions.code` or `UserError.code`. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'VALIDATION',
  'CONFLICT',
  'IDEMPOTENCY_MISMATCH',
  'STATE',
  'EXPIRED',
  'INVALID_CREDENTIALS',
  'ACCOUNT_LOCKED',
  'TOKEN_REUSED',
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
  'PAYMENT_REQUIRED',
  'MFA_REQUIRED',
  'STEP_UP_REQUIRED',
  'OPERATION_TOO_COMPLEX',
  'PERSISTED_QUERY_REQUIRED',
  'UPSTREAM_UNAVAILABLE',
  'PROVIDER_UNAVAILABLE',
  'CONTENT_POLICY',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a client may be told beside code and message; the names are those of the SDL's error types. */
export interface ErrorDetails {
  readonly path?: readonly string[];
  readonly [name: string]: unknown;
}

/** A failure the caller can act on. Anything else that is thrown is a bug, and clients see it masked. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export const unauthenticated = () => new DomainError('UNAUTHENTICATED', 'Sign in first.');

export const forbidden = (what: string) => new DomainError('FORBIDDEN', `You may not ${what}.`);

/** The same answer for what does not exist and for what is not the viewer's to know of. */
export const notFound = (typename: string) => new DomainError('NOT_FOUND', `${typename} not found.`);

export const invalidInput = (path: readonly string[], message: string, constraint?: string) =>
  new DomainError('VALIDATION', message, { path, ...(constraint === undefined ? {} : { constraint }) });

export const conflict = (message: string, currentVersion?: number) =>
  new DomainError('CONFLICT', message, currentVersion === undefined ? {} : { currentVersion });

export const wrongState = (message: string, currentState: string, allowedStates: readonly string[]) =>
  new DomainError('STATE', message, { currentState, allowedStates });

export const quotaExceeded = (
  feature: string,
  usage: { readonly limit?: number; readonly used?: number; readonly resetsAt?: Date } = {},
) => new DomainError('QUOTA_EXCEEDED', `The limit of ${feature} is reached.`, { feature, ...usage });

export const rateLimited = (retryAfterSeconds: number) =>
  new DomainError('RATE_LIMITED', `Too many attempts. Try again in ${retryAfterSeconds} seconds.`, {
    retryAfterSeconds,
  });

export const expired = (message: string, details: ErrorDetails = {}) =>
  new DomainError('EXPIRED', message, details);
