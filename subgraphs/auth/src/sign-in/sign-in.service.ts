import type { LoginMethod, User } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { beginChallenge, type MfaChallengeView } from '../mfa/challenge.service.ts';
import { hasSecondFactor } from '../mfa/second-factor.ts';
import type { HashedPassword } from '../password/password-hasher.ts';
import {
  challengeThreshold,
  type Risk,
  type RiskSigns,
  refusalThreshold,
  scoreRisk,
} from '../risk/risk-score.ts';
import { signsOf } from '../risk/signs.ts';
import { type AuthTokensView, openSession } from '../session/session.service.ts';
import { emailSchema } from '../user/email-address.ts';
import { invalidCredentials } from './invalid-credentials.ts';
import { recordLogin } from './login-event.service.ts';
import { accountKeyOf, requireGuess } from './throttle.ts';

export type SignInAnswer = AuthTokensView | MfaChallengeView;

const longestDeviceName = 80;
/** Longer input is cut off before it is hashed: no password of ours is that long. */
const longestGuess = 1_024;

export interface Admission {
  readonly method: LoginMethod;
  readonly deviceName?: string | null | undefined;
  /** The proof was two in one, as a passkey's is: no second factor is asked for. */
  readonly isMultiFactor?: boolean;
  /** The proof came by mail, so another mail would add nothing. */
  readonly isMailed?: boolean;
  readonly guessing?: RiskSigns;
}

/** What speaks against a sign-in by the account's owner. */
async function riskOf(
  context: Context,
  user: User,
  { guessing = {} }: Admission,
): Promise<{ risk: Risk; isNewDevice: boolean }> {
  const { any, thisDevice, countries, last } = await context.loginEvents.habits(
    user.id,
    context.origin.deviceHash,
  );
  const isNewDevice = any && !thisDevice;
  const signs = signsOf({
    at: context.now(),
    userAgent: context.userAgent,
    facts: context.addresses.describe(context.ipAddress),
    isKnownDevice: !isNewDevice,
    knownCountries: countries,
    before: last && { place: context.addresses.describe(last.ipAddress).place, at: last.at },
    agentsOfSession: null,
    guessing,
  });
  return { risk: scoreRisk(signs), isNewDevice };
}

type Passage = 'OPEN' | 'SECOND_FACTOR' | 'MAILED_CODE' | 'REFUSED';

/** What more is asked of who has given one proof: a second factor always, a mailed code or nothing at all by the risk. */
async function passageFor(
  context: Context,
  user: User,
  { admission, risk }: { readonly admission: Admission; readonly risk: Risk },
): Promise<Passage> {
  if (admission.isMultiFactor) return 'OPEN';
  if (await hasSecondFactor(context, user.id)) return 'SECOND_FACTOR';
  if (risk.score >= refusalThreshold) return 'REFUSED';
  return risk.score > challengeThreshold && !admission.isMailed ? 'MAILED_CODE' : 'OPEN';
}

/**
 * Lets in a user who has proven who they are: asks for the second factor where there is one, for a mailed code where
 * the risk is high, else begins a session. Every other way in (reset, verification) ends here too. Refuses, as a wrong
 * password would be, what is too much of a risk without a second factor.
 */
export async function admit(context: Context, user: User, admission: Admission): Promise<SignInAnswer> {
  const { risk, isNewDevice } = await riskOf(context, user, admission);
  const { method } = admission;
  const deviceName = admission.deviceName?.trim().slice(0, longestDeviceName) || null;

  const answer = await context.transaction(async (inner) => {
    const passage = await passageFor(inner, user, { admission, risk });
    if (passage === 'REFUSED') {
      await recordLogin(inner, { userId: user.id, outcome: 'REFUSED', method, risk });
      await requestMail(inner, { kind: 'RISK_REFUSED', recipient: user.email, user });
      return null;
    }
    if (passage !== 'OPEN') {
      await recordLogin(inner, { userId: user.id, outcome: 'MFA_REQUIRED', method, risk });
      const isMailed = passage === 'MAILED_CODE';
      return beginChallenge(inner, user, { method, deviceName, risk, isMailed });
    }
    await recordLogin(inner, { userId: user.id, outcome: 'SUCCESS', method, risk });
    if (isNewDevice) await requestMail(inner, { kind: 'NEW_DEVICE', recipient: user.email, user });
    const authLevel = admission.isMultiFactor ? 'MFA' : 'PASSWORD';
    return openSession(inner, user, { authLevel, deviceName, risk });
  });
  if (!answer) throw invalidCredentials();
  return answer;
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
): Promise<{ user: User; guessing: RiskSigns }> {
  const found = await context.users.findByEmail(email);
  const userId = found?.id ?? null;
  const account = accountKeyOf(context, email);
  const permit = await requireGuess(context, { account, userId });
  const isRight = await proveByPassword(context, { userId, password, stored: found?.credential ?? null });
  if (!found || !isRight || found.disabledAt) {
    await recordLogin(context, { userId, outcome: 'BAD_CREDENTIALS', method: 'PASSWORD' });
    if (!permit.isKnownDevice) await context.stuffing.noteFailure(account, context.now);
    throw invalidCredentials();
  }
  await permit.release();
  if (!permit.isKnownDevice) await context.stuffing.noteSuccess(context.now);
  const { credential: _, ...user } = found;
  return { user, guessing: permit.signs };
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
  const { user, guessing } = await requirePassword(context, { email, password: input.password });
  return admit(context, user, { method: 'PASSWORD', deviceName: input.deviceName, guessing });
}
