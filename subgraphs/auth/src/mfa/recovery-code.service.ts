import { forbidden, invalidInput, wrongState } from '@studymate/contracts';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { requireFreshProof } from '../session/session.service.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { getUser } from '../user/user.service.ts';
import { acceptsAnyTotp, requireCodeAttempt } from './code-check.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { hasSecondFactor } from './second-factor.ts';

export interface RecoveryCodesView {
  readonly __typename: 'RecoveryCodes';
  readonly codes: readonly string[];
}

export async function countRecoveryCodesOf(context: Context, userId: string): Promise<number> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see these codes');
  return context.recoveryCodes.countLeft(userId);
}

/** Replaces the user's codes. The new ones are readable here and never again. */
export async function issueRecoveryCodes(context: Context, userId: string): Promise<RecoveryCodesView> {
  const codes = newRecoveryCodes();
  const hashes = codes.map((code) => hashRecoveryCode(code, context.hashKey));
  await context.recoveryCodes.replace(userId, hashes, context.now());
  return { __typename: 'RecoveryCodes', codes };
}

async function requireAppCode(context: Context, userId: string, code: string): Promise<void> {
  await requireCodeAttempt(context, userId);
  const isRight = await acceptsAnyTotp(context, userId, code);
  if (!isRight) throw invalidInput(['code'], 'code: is not right', 'code');
}

/** Takes a code of the app, unless the user has a passkey and a second factor has opened the session. */
export async function regenerateRecoveryCodes(
  context: Context,
  code: string | null | undefined,
): Promise<RecoveryCodesView> {
  const { userId, authLevel } = await requireFreshProof(context);
  if (!(await hasSecondFactor(context, userId))) {
    throw wrongState('There is no second factor to recover.', 'NO_FACTOR', ['CONFIRMED']);
  }
  const isProven = authLevel !== 'PASSWORD' && (await context.passkeys.countOf(userId)) > 0;
  if (!isProven) await requireAppCode(context, userId, code ?? '');
  return context.transaction(async (inner) => {
    const user = await getUser(inner, userId);
    const codes = await issueRecoveryCodes(inner, userId);
    await requestMail(inner, { kind: 'RECOVERY_CODES_REPLACED', recipient: user.email, user });
    await recordAct(inner, { act: 'recovery-codes.replaced', userId });
    return codes;
  });
}
