import { DomainError } from '@studymate/contracts';

/** The one answer for every sign-in that fails, so that it tells nothing about what was wrong. */
export const invalidCredentials = () =>
  new DomainError(
    'INVALID_CREDENTIALS',
    'That did not work. Check what you typed, and that your address is verified.',
  );
