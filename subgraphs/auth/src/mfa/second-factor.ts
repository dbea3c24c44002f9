import type { Context } from '../context.ts';

/** What a sign-in with one proof may go on with, the most usual first; empty for who has no second factor. */
export async function secondFactorMethodsOf(context: Context, userId: string): Promise<string[]> {
  const [hasApp, passkeys] = await Promise.all([
    context.factors.hasConfirmed(userId),
    context.passkeys.countOf(userId),
  ]);
  const methods = [...(hasApp ? ['TOTP'] : []), ...(passkeys > 0 ? ['PASSKEY'] : [])];
  return methods.length === 0 ? [] : [...methods, 'RECOVERY_CODE'];
}

/** Whether one proof is not enough to sign the user in. */
export const hasSecondFactor = async (context: Context, userId: string): Promise<boolean> =>
  (await secondFactorMethodsOf(context, userId)).length > 0;
