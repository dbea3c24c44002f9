import type { Attempt } from '@studymate/database/quiz';

/** The refusal of a late request. It is answered, not thrown: closing the attempt must not be undone. */
export interface AttemptExpired {
  readonly __typename: 'AttemptExpiredError';
  readonly code: 'EXPIRED';
  readonly message: string;
  readonly path: null;
  readonly deadline: Date;
  readonly attempt: Attempt;
}

export const attemptExpired = (attempt: Attempt): AttemptExpired => ({
  __typename: 'AttemptExpiredError',
  code: 'EXPIRED',
  message: 'Time is up. The answers saved before have been handed in.',
  path: null,
  deadline: attempt.deadline ?? attempt.startedAt,
  attempt,
});
