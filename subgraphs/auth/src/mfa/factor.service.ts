import { forbidden, invalidInput, newId, notFound, wrongState } from '@studymate/contracts';
import type { PasskeyFactor, TotpFactor } from '@studymate/database/auth';
import { parseInput } from '@studymate/subgraph-kit';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { requireFreshProof, requireLiveSession } from '../session/session.service.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { getUser } from '../user/user.service.ts';
import { acceptsTotp, requireCodeAttempt } from './code-check.ts';
import { factorLabelSchema } from './factor-label.ts';
import { issueRecoveryCodes } from './recovery-code.service.ts';
import { newTotpSecret, otpauthUri } from './totp.ts';

const maxFactors = 5;

export interface TotpEnrollmentView {
  readonly __typename: 'TotpEnrollment';
  readonly factorId: string;
  readonly otpauthUri: string;
  readonly secret: string;
}

export async function findFactor(context: Context, id: string): Promise<TotpFactor | null> {
  const factor = await context.factors.find(id);
  return factor && canReadSecurityOf(context.viewer, factor.userId) ? factor : null;
}

export async function listFactorsOf(
  context: Context,
  userId: string,
): Promise<(TotpFactor | PasskeyFactor)[]> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see these factors');
  const [apps, passkeys] = await Promise.all([
    context.factors.ofUser(userId),
    context.passkeys.ofUser(userId),
  ]);
  return [...apps, ...passkeys];
}

/** Begins to add an app; throws STEP_UP_REQUIRED when the sign-in is older than 15 minutes. */
export async function enrollTotp(context: Context, label: string): Promise<TotpEnrollmentView> {
  const { userId } = await requireFreshProof(context);
  const name = parseInput(factorLabelSchema, 'label', label);
  if ((await context.factors.ofUser(userId)).length >= maxFactors) {
    throw wrongState(`At most ${maxFactors} authenticator apps.`, 'FULL', []);
  }
  const secret = newTotpSecret();
  const user = await getUser(context, userId);
  const factor = await context.factors.create({
    id: newId('TotpFactor'),
    userId,
    label: name,
    secret,
    createdAt: context.now(),
  });
  const uri = otpauthUri({ account: user.email, secret });
  return { __typename: 'TotpEnrollment', factorId: factor.id, otpauthUri: uri, secret };
}

async function getOwnFactor(context: Context, factorId: string, userId: string): Promise<TotpFactor> {
  const factor = await context.factors.find(factorId);
  if (factor?.userId !== userId) throw notFound('TotpFactor');
  return factor;
}

export interface FactorCode {
  readonly factorId: string;
  readonly code: string;
}

/** The first right code makes the factor count, and answers fresh recovery codes. */
export async function confirmFactor(context: Context, { factorId, code }: FactorCode) {
  const { userId } = await requireLiveSession(context);
  const factor = await getOwnFactor(context, factorId, userId);
  if (factor.confirmedAt) throw wrongState('This factor is confirmed already.', 'CONFIRMED', ['UNCONFIRMED']);
  await requireCodeAttempt(context, userId);
  if (!(await acceptsTotp(context, factor, code))) throw invalidInput(['code'], 'code: is not right', 'code');
  return context.transaction(async (inner) => {
    const isFirst = await inner.factors.confirm(factor.id, inner.now());
    if (!isFirst) throw wrongState('This factor is confirmed already.', 'CONFIRMED', ['UNCONFIRMED']);
    const user = await getUser(inner, userId);
    await requestMail(inner, { kind: 'FACTOR_ADDED', recipient: user.email, user });
    const codes = await issueRecoveryCodes(inner, userId);
    await recordAct(inner, { act: 'factor.added', userId, details: { kind: 'totp' } });
    return codes;
  });
}
