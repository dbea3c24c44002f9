import { newId } from '@studymate/contracts';
import type { PasskeyFactor } from '@studymate/database/auth';
import { parseInput } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';
import { recordLogin } from '../sign-in/login-event.service.ts';
import { admit, type SignInAnswer } from '../sign-in/sign-in.service.ts';
import { emailSchema } from '../user/email-address.ts';
import { getUser } from '../user/user.service.ts';
import {
  type Assertion,
  assertionSchema,
  challengeNamedIn,
  signInOptions,
  verifyAssertion,
} from './passkey.ceremony.ts';
import type { PasskeyAnswer } from './passkey.service.ts';
import { challengeOf, createChallenge, type PasskeyChallengeView } from './passkey-challenge.service.ts';

/** Whose passkey is asked for. An address without an account gets an id nobody has: it looks alike and lets none in. */
async function ownerOf(context: Context, email: string): Promise<string> {
  const address = parseInput(emailSchema, 'email', email);
  return (await context.users.findByEmail(address))?.id ?? newId('User');
}

/** Begins to sign in by any passkey of the device or, with an address, by one of that account. */
export async function beginPasskeySignIn(
  context: Context,
  email: string | null | undefined,
): Promise<PasskeyChallengeView> {
  const userId = email ? await ownerOf(context, email) : null;
  const { row, challenge } = await createChallenge(context, { ceremony: 'SIGN_IN', userId, label: null });
  const options = await signInOptions(context.config.relyingParty, challenge);
  return { id: row.id, options, expiresAt: row.expiresAt };
}

interface SignedChallenge {
  readonly challengeId: string;
  readonly assertion: Assertion;
  readonly passkey: PasskeyFactor;
}

/** Uses up the challenge and tells whether the passkey has signed it. */
async function isSigned(
  context: Context,
  { challengeId, assertion, passkey }: SignedChallenge,
): Promise<boolean> {
  const row = await context.passkeyChallenges.consume(challengeId, 'SIGN_IN', context.now());
  if (!row || (row.userId !== null && row.userId !== passkey.userId)) return false;
  const challenge = challengeOf(context, 'SIGN_IN', row.id);
  const verified = await verifyAssertion(context.config.relyingParty, { assertion, challenge, passkey });
  if (!verified) return false;
  return context.passkeys.recordUse(passkey.id, { signCount: verified.newCounter, at: context.now() });
}

/** Signs in whoever holds the passkey; throws INVALID_CREDENTIALS for any answer that does not hold. */
export async function finishPasskeySignIn(
  context: Context,
  { challengeId, response }: PasskeyAnswer,
): Promise<SignInAnswer> {
  const assertion = parseInput(assertionSchema, 'response', response);
  const passkey = await context.passkeys.findByCredential(assertion.id);
  const isRight = passkey !== null && (await isSigned(context, { challengeId, assertion, passkey }));
  const user = isRight ? await getUser(context, passkey.userId) : null;
  if (!user || user.disabledAt) {
    const userId = passkey?.userId ?? null;
    await recordLogin(context, { userId, outcome: 'BAD_CREDENTIALS', method: 'PASSKEY' });
    throw invalidCredentials();
  }
  return admit(context, user, { method: 'PASSKEY', isMultiFactor: true });
}

/** Whether it is an answer of one of the user's passkeys to a challenge of `beginPasskeySignIn`; uses that up. */
export async function acceptsPasskey(context: Context, userId: string, response: unknown): Promise<boolean> {
  const assertion = parseInput(assertionSchema, 'passkeyResponse', response);
  const passkey = await context.passkeys.findByCredential(assertion.id);
  const challenge = challengeNamedIn(assertion);
  const challengeId = challenge === null ? null : context.tokens.findRowId('PASSKEY_SIGN_IN', challenge);
  if (passkey?.userId !== userId || challengeId === null) return false;
  return isSigned(context, { challengeId, assertion, passkey });
}
