import { z } from 'zod';
import { type FailureDetails, ProviderFailure } from './provider.ts';

/** What the SDKs of all three providers throw, as far as it tells what went wrong. */
const apiError = z.object({
  status: z.number().nullish(),
  message: z.string().default(''),
  code: z.string().nullish(),
  type: z.string().nullish(),
  error: z.unknown().optional(),
});

const noCredit =
  /insufficient_quota|credit balance is too low|credit_limit|billing_hard_limit|exceeded your current quota/i;
const refused = /content_policy|content_filter|safety system|usage polic(?:y|ies)/i;
const rateLimited = /rate_limit/i;

/** The failure that an SDK's error, or an error within a stream, stands for. */
export function toProviderFailure(error: unknown, details: FailureDetails = {}): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  const parsed = apiError.safeParse(error instanceof Error ? { ...error, message: error.message } : error);
  const { status = null, message = String(error), code, type } = parsed.success ? parsed.data : {};
  const told = [message, code, type].join(' ');
  const failure = { ...details, httpStatus: status ?? details.httpStatus ?? null };
  if (status === 402 || noCredit.test(told)) return new ProviderFailure('QUOTA', message, failure);
  if (status === 429 || rateLimited.test(told)) return new ProviderFailure('RATE_LIMITED', message, failure);
  if (status === 408) return new ProviderFailure('TIMEOUT', message, failure);
  if (refused.test(told)) return new ProviderFailure('REFUSED', message, failure);
  return new ProviderFailure('SERVER_ERROR', message, failure);
}
