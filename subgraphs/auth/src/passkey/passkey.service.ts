import { invalidInput, newId, wrongState } from '@studymate/contracts';
import type { PasskeyFactor } from '@studymate/database/auth';
import { parseInput } from '@studymate/subgraph-kit';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { factorLabelSchema } from '../mfa/factor-label.ts';
import { issueRecoveryCodes, type RecoveryCodesView } from '../mfa/recovery-code.service.ts';
import { requireFreshProof, requireLiveSession } from '../session/session.service.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { getUser } from '../user/user.service.ts';
import { registrationOptions, registrationSchema, verifyRegistration } from './passkey.ceremony.ts';
import type { NewPasskey } from './passkey.repository.ts';
import { challengeOf, createChallenge, type PasskeyChallengeView } from './passkey-challenge.service.ts';

const maxPasskeys = 20;

export async function findPasskey(context: Context, id: string): Promise<PasskeyFactor | null> {
  const passkey = await context.passkeys.find(id);
  return passkey && canReadSecurityOf(context.viewer, passkey.userId) ? passkey : null;
}

/** Begins to add a passkey; throws STEP_UP_REQUIRED when the sign-in is older than 15 minutes. */
export async function beginPasskeyRegistration(
  context: Context,
  name: string,
): Promise<PasskeyChallengeView> {
  const { userId } = await requireFreshProof(context);
  const label = parseInput(factorLabelSchema, 'label', name);
  const known = await context.passkeys.ofUser(userId);
  if (known.length >= maxPasskeys) throw wrongState(`At most ${maxPasskeys} passkeys.`, 'FULL', []);
  const { row, challenge } = await createChallenge(context, { ceremony: 'REGISTRATION', userId, label });
  const user = await getUser(context, userId);
  const options = await registrationOptions(context.config.relyingParty, { user, challenge, known });
  return { id: row.id, options, expiresAt: row.expiresAt };
}

const refused = () => invalidInput(['response'], 'response: is no answer to this challenge', 'passkey');

async function storePasskey(context: Context, passkey: NewPasskey): Promise<RecoveryCodesView> {
  if (!(await context.passkeys.create(passkey))) {
    throw wrongState('This passkey is registered already.', 'REGISTERED', ['UNREGISTERED']);
  }
  const user = await getUser(context, passkey.userId);
  await requestMail(context, { kind: 'PASSKEY_ADDED', recipient: user.email, user });
  const codes = await issueRecoveryCodes(context, user.id);
  await recordAct(context, { act: 'factor.added', userId: user.id, details: { kind: 'passkey' } });
  return codes;
}

export interface PasskeyAnswer {
  readonly challengeId: string;
  readonly response: unknown;
}

/** Stores the passkey that signed the challenge, as a second factor, and answers fresh recovery codes. */
export async function finishPasskeyRegistration(
  context: Context,
  { challengeId, response: answer }: PasskeyAnswer,
): Promise<RecoveryCodesView> {
  const { userId } = await requireLiveSession(context);
  const response = parseInput(registrationSchema, 'response', answer);
  const row = await context.passkeyChallenges.consume(challengeId, 'REGISTRATION', context.now());
  if (row?.userId !== userId) throw refused();
  const challenge = challengeOf(context, 'REGISTRATION', row.id);
  const verified = await verifyRegistration(context.config.relyingParty, { response, challenge });
  if (!verified) throw refused();

  const { credential } = verified;
  return context.transaction((inner) =>
    storePasskey(inner, {
      id: newId('PasskeyFactor'),
      userId,
      label: row.label ?? 'passkey',
      credentialId: credential.id,
      publicKey: credential.publicKey,
      signCount: credential.counter,
      transports: response.response.transports,
      confirmedAt: context.now(),
    }),
  );
}
