import type { Context } from '../context.ts';
import { announceFinished } from './generation.service.ts';

/** The codes that a failed generation may have. */
export const failureCodes = ['VALIDATION', 'NOT_FOUND', 'QUOTA_EXCEEDED', 'PROVIDER_UNAVAILABLE'] as const;

/** Why a generation failed, as the learner sees it. */
export interface Failure {
  readonly code: (typeof failureCodes)[number];
  readonly message: string;
  readonly retryable: boolean;
}

/** Ends an unfinished generation as FAILED, and has its credits given back. One that is finished stays as it is. */
export async function failGeneration(context: Context, id: string, failure: Failure): Promise<void> {
  await context.transaction(async (inner) => {
    const failed = await inner.generations.updateWhere(
      { id, state: { in: ['QUEUED', 'RUNNING'] } },
      {
        state: 'FAILED',
        credits: 0,
        errorCode: failure.code,
        errorMessage: failure.message,
        errorRetryable: failure.retryable,
        finishedAt: inner.now(),
      },
    );
    const generation = failed ? await inner.generations.findFresh(id) : null;
    if (generation) await announceFinished(inner, generation);
  });
}
