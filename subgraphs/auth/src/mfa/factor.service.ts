import { forbidden, invalidInput, newId, notFound, wrongState } from '@studymate/contracts';
import type { TotpFactor } from '@studymate/database/auth';
import { parseInput } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { endSessionsOf, requireFreshProof, requireLiveSession } from '../session/session.service.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { getUser } from '../user/user.service.ts';
import { acceptsSecondFactor, acceptsTotp, requireCodeAttempt } from './code-check.ts';
import { issueRecoveryCodes } from './recovery-code.service.ts';
import { newTotpSecret, otpauthUri } from './totp.ts';

const labelSchema = z.string().trim().min(1).max(60);
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

export async function listFactorsOf(context: Context, userId: string): Promise<TotpFactor[]> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see these factors');
  return context.factors.ofUser(userId);
}

/** Begins to add an app; throws STEP_UP_REQUIRED when the sign-in is older than 15 minutes. */
export async function enrollTotp(context: Context, label: string): Promise<TotpEnrollmentView> {
  const { userId } = await requireFreshProof(context);
  const name = parseInput(labelSchema, 'label', label);
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
    return issueRecoveryCodes(inner, userId);
  });
}

async function dropFactor(context: Context, factor: TotpFactor, currentSession: string): Promise<string[]> {
  const user = await getUser(context, factor.userId);
  await context.factors.remove(factor.id);
  if (!(await context.factors.hasConfirmed(user.id))) await context.recoveryCodes.removeAll(user.id);
  await requestMail(context, { kind: 'FACTOR_REMOVED', recipient: user.email, user });
  return endSessionsOf(context, user.id, { reason: 'FACTOR_REMOVED', except: currentSession });
}

/** Takes a code unless the factor never counted; every other session of the user ends. */
export async function removeFactor(context: Context, { factorId, code }: FactorCode): Promise<void> {
  const session = await requireFreshProof(context);
  const factor = await getOwnFactor(context, factorId, session.userId);
  if (factor.confirmedAt) {
    await requireCodeAttempt(context, session.userId);
    const isRight = await acceptsSecondFactor(context, session.userId, code);
    if (!isRight) throw invalidInput(['code'], 'code: is not right', 'code');
  }
  const ended = await context.transaction((inner) => dropFactor(inner, factor, session.id));
  await context.revocations.announce(ended);
}
