import { DomainError } from '@studymate/contracts';
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { ZodError } from 'zod';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';

export const providerUnavailable = (name: string, reason: 'is not set up here' | 'does not answer') =>
  new DomainError('PROVIDER_UNAVAILABLE', `${name} ${reason}. Sign in another way.`);

/** Without a code it is what the network said. */
const silences: readonly (string | undefined)[] = [
  undefined,
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_PARSE_ERROR',
];
const answers = [ResponseBodyError, AuthorizationResponseError, WWWAuthenticateChallengeError, ZodError];

/** Whether the provider has answered, and it is the answer that does not hold. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof ClientError)) return answers.some((kind) => error instanceof kind);
  if (error.cause instanceof Response) return error.cause.status < 500;
  return !silences.includes(error.code);
}

/** What a failed exchange with a provider is to the person: that did not prove who you are, or: try another way. */
export const toDomainError = (name: string, error: unknown): DomainError =>
  isRefusal(error) ? invalidCredentials() : providerUnavailable(name, 'does not answer');
