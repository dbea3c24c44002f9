import { rateLimited } from '@studymate/contracts';
import type { TotpFactor } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { retryAfterSeconds } from '../limit/limiter.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import { matchTotp } from './totp.ts';

const codesPerWindow = { limit: 10, windowMs: 900_000 };

/** Bounds guessing at codes within a session; throws RATE_LIMITED. */
export async function requireCodeAttempt(context: Context, userId: string): Promise<void> {
  const permit = await context.limiter.take(`codes:${userId}`, codesPerWindow, context.now);
  if (!permit.granted) throw rateLimited(retryAfterSeconds(permit, context.now));
}

/** Whether it is a right code of the app; a right one is used up. */
export async function acceptsTotp(context: Context, factor: TotpFactor, code: string): Promise<boolean> {
  const { lastUsedStep } = factor;
  const secret = await context.factors.secretOf(factor);
  if (secret === null) return false;
  const step = matchTotp({ secret, code, at: context.now(), lastUsedStep });
  return step !== null && context.factors.useStep(factor.id, step);
}

/** Whether it is a right code of any app the user has confirmed. */
export async function acceptsAnyTotp(context: Context, userId: string, code: string): Promise<boolean> {
  for (const factor of await context.factors.confirmedOf(userId)) {
    if (await acceptsTotp(context, factor, code)) return true;
  }
  return false;
}

/** Whether it is a right code of one of the user's apps or an unused recovery code; a right one is used up. */
export async function acceptsSecondFactor(context: Context, userId: string, code: string): Promise<boolean> {
  const typed = code.trim().slice(0, 64);
  if (/^[\d\s]{6,7}$/.test(typed)) return acceptsAnyTotp(context, userId, typed);
  return context.recoveryCodes.use(userId, hashRecoveryCode(typed, context.hashKey), context.now());
}
