import type { Generation, ProviderAttempt } from '@studymate/database/ai';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { flawRules, type QualityReport } from '../gate/quality.ts';
import type { TokenUsage } from '../provider/provider.ts';
import { failureCodes } from './generation.failure.ts';

const qualitySchema = z.object({
  groundedFraction: z.number(),
  uncitedClaims: z.int(),
  duplicateQuestions: z.int(),
  itemWritingFlaws: z.array(
    z.object({ rule: z.enum(flawRules), questionIndex: z.int(), detail: z.string() }),
  ),
  answerableFromSource: z.number().nullable(),
  languageMatches: z.boolean(),
  passed: z.boolean(),
});

export const qualityOf = ({ quality }: Generation): QualityReport | null =>
  quality === null ? null : qualitySchema.parse(quality);

/** A reference to what was made, once it is stored. */
export const outputOf = ({ state, outputId }: Generation) =>
  state === 'SUCCEEDED' && outputId !== null ? { id: outputId } : null;

export const costOf = ({ finishedAt, credits, providerCostMicros }: Generation) =>
  finishedAt === null ? null : { credits: credits ?? 0, providerCostMicros, currency: 'USD' };

export function errorOf({ state, errorCode, errorMessage, errorRetryable }: Generation) {
  const code = failureCodes.find((known) => known === errorCode);
  return state === 'FAILED' && code
    ? { code, message: errorMessage ?? '', retryable: errorRetryable ?? false }
    : null;
}

export const feedbackOf = ({ rating, ratingComment, ratedAt }: Generation) =>
  rating === null || ratedAt === null ? null : { rating, comment: ratingComment, at: ratedAt };

const usageOfAttempt = (attempt: ProviderAttempt): TokenUsage | null =>
  attempt.inputTokens === null
    ? null
    : {
        inputTokens: attempt.inputTokens,
        cachedInputTokens: attempt.cachedInputTokens ?? 0,
        outputTokens: attempt.outputTokens ?? 0,
        reasoningTokens: attempt.reasoningTokens ?? 0,
      };

/** The calls that were made for a generation, each with its tokens. */
export const attemptsOf = async (context: Context, { id }: Generation) =>
  (await context.attempts.ofGeneration(id)).map((attempt) => ({
    ...attempt,
    usage: usageOfAttempt(attempt),
  }));

/** The tokens of all calls together; null when none was counted. */
export async function usageOf(context: Context, { id }: Generation): Promise<TokenUsage | null> {
  const counted = (await context.attempts.ofGeneration(id)).flatMap(
    (attempt) => usageOfAttempt(attempt) ?? [],
  );
  if (counted.length === 0) return null;
  const sum = (field: keyof TokenUsage) => counted.reduce((total, usage) => total + usage[field], 0);
  return {
    inputTokens: sum('inputTokens'),
    cachedInputTokens: sum('cachedInputTokens'),
    outputTokens: sum('outputTokens'),
    reasoningTokens: sum('reasoningTokens'),
  };
}
