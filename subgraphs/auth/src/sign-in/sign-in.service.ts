import { createHmac } from 'node:crypto';
import type { LoginMethod, User } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { beginChallenge, type MfaChallengeView } from '../mfa/challenge.service.ts';
import { hasSecondFactor } from '../mfa/second-factor.ts';
import type { HashedPassword } from '../password/password-hasher.ts';
import { type AuthTokensView, openSession } from '../session/session.service.ts';
import { emailSchema } from '../user/email-address.ts';
import { invalidCredentials } from './invalid-credentials.ts';
import { recordLogin } from './login-event.service.ts';
import { isNoBrowser, type RiskReason, scoreRisk } from './risk-score.ts';
import { requireGuess } from './throttle.ts';

export type SignInAnswer = AuthTokensView | MfaChallengeView;

const longestDeviceName = 80;
/** Longer input is cut off before it is hashed: no password of ours is that long. */
const longestGuess = 1_024;

/** Under which an address's attempts are counted: hashed, so that addresses do not lie about in Redis. */
const accountKey = (context: Context, email: string): string =>
  createHmac('sha256', context.hashKey).update(`account|${email}`).digest('base64url').slice(0, 22);

export interface Admission {
  readonly method: LoginMethod;
  readonly deviceName?: string | null | undefined;
  /** The proof was two in one, as a passkey's is: no second factor is asked for. */
  readonly isMultiFactor?: boolean;
  readonly signs?: Partial<Record<RiskReason, number>>;
}

/**
 * Lets in a user who has proven who they are: asks for the second factor where there is one, else begins a session.
 * Every other way in (reset, verification) ends here too.
 */
export async function admit(context: Context, user: User, admission: Admission): Promise<SignInAnswer> {
  const history = await context.loginEvents.history(user.id, context.origin.deviceHash);
  const isNewDevice = history.any && !history.thisDevice;
  const risk = scoreRisk({
    ...admission.signs,
    NEW_DEVICE: isNewDevice ? 1 : 0,
    NO_BROWSER: isNoBrowser(context.userAgent) ? 1 : 0,
  });
  const { method } = admission;
  const deviceName = admission.deviceName?.trim().slice(0, longestDeviceName) || null;

  return context.transaction(async (inner) => {
    if (!admission.isMultiFactor && (await hasSecondFactor(inner, user.id))) {
      await recordLogin(inner, { userId: user.id, outcome: 'MFA_REQUIRED', method, risk });
      return beginChallenge(inner, user, { method, deviceName, risk });
    }
    await recordLogin(inner, { userId: user.id, outcome: 'SUCCESS', method, risk });
    if (isNewDevice) await requestMail(inner, { kind: 'NEW_DEVICE', recipient: user.email, user });
    return openSession(inner, user, { authLevel: admission.isMultiFactor ? 'MFA' : 'PASSWORD', deviceName });
  });
}

/** Whether the password is the account's; hashes it again where cost or pepper have moved on. */
async function proveByPassword(
  context: Context,
  { userId, password, stored }: { userId: string | null; password: string; stored: HashedPassword | null },
): Promise<boolean> {
  const guess = password.slice(0, longestGuess);
  const { matches, isStale } = await context.passwords.verify(guess, stored);
  if (matches && isStale && userId !== null) {
    await context.credentials.replaceHash(userId, await context.passwords.hash(guess));
  }
  return matches;
}

/**
 * Checks a password under the limits on guessing; throws INVALID_CREDENTIALS, RATE_LIMITED or ACCOUNT_LOCKED. Takes the
 * same steps, and time, for addresses without an account.
 */
export async function requirePassword(
  context: Context,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<{ user: User; signs: Partial<Record<RiskReason, number>> }> {
  const found = await context.users.findByEmail(email);
  const userId = found?.id ?? null;
  const permit = await requireGuess(context, { account: accountKey(context, email), userId });
  const isRight = await proveByPassword(context, { userId, password, stored: found?.credential ?? null });
  if (!found || !isRight || found.disabledAt) {
    await recordLogin(context, { userId, outcome: 'BAD_CREDENTIALS', method: 'PASSWORD' });
    throw invalidCredentials();
  }
  await permit.release();
  const { credential: _, ...user } = found;
  return { user, signs: permit.signs };
}

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  readonly deviceName?: string | null | undefined;
}

export async function signIn(context: Context, input: SignInInput): Promise<SignInAnswer> {
  const parsed = emailSchema.safeParse(input.email);
  // What is no address has no account, and is answered like any other without one.
  const email = parsed.success ? parsed.data : 'nobody@invalid';
  const { user, signs } = await requirePassword(context, { email, password: input.password });
  return admit(context, user, { method: 'PASSWORD', deviceName: input.deviceName, signs });
}
