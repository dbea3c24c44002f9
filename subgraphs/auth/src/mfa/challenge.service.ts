import { newRowId } from '@studymate/contracts';
import type { LoginMethod, MfaChallenge, User } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { isRiskReason, type Risk } from '../risk/risk-score.ts';
import { type AuthTokensView, openSession } from '../session/session.service.ts';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';
import { recordLogin } from '../sign-in/login-event.service.ts';
import { getUser } from '../user/user.service.ts';
import { acceptsSecondFactor } from './code-check.ts';
import { secondFactorMethodsOf } from './second-factor.ts';

const livesForMs = 5 * 60_000;
const maxAttempts = 5;

export interface MfaChallengeView {
  readonly __typename: 'MfaChallenge';
  readonly challengeToken: string;
  readonly methods: readonly string[];
  readonly expiresAt: Date;
}

export interface NewSignIn {
  readonly method: LoginMethod;
  readonly deviceName: string | null;
  readonly risk: Risk;
  /** It waits for a mailed code: the user has no second factor. */
  readonly isMailed: boolean;
}

/**
 * Puts a sign-in on hold until its second factor, or the code mailed for it, is given to `completeMfa`: five minutes
 * (15 for a mail) and five codes at most.
 */
export async function beginChallenge(
  context: Context,
  user: User,
  { method, deviceName, risk, isMailed }: NewSignIn,
): Promise<MfaChallengeView> {
  const at = context.now();
  const mail = isMailed
    ? await requestMail(context, { kind: 'SIGN_IN_CODE', recipient: user.email, user })
    : null;
  const challenge = await context.challenges.create({
    id: newRowId(),
    userId: user.id,
    method,
    deviceName,
    riskScore: risk.score,
    riskReasons: risk.reasons,
    mailId: mail?.id ?? null,
    createdAt: at,
    expiresAt: mail?.expiresAt ?? new Date(at.getTime() + livesForMs),
  });
  const { expiresAt } = challenge;
  const methods = isMailed ? ['EMAIL'] : await secondFactorMethodsOf(context, user.id);
  const challengeToken = context.challengeTokens.issue(challenge.id, { at, expiresAt });
  return { __typename: 'MfaChallenge', challengeToken, methods, expiresAt };
}

const riskOfChallenge = ({ riskScore: score, riskReasons }: MfaChallenge): Risk => ({
  score,
  reasons: riskReasons.filter(isRiskReason),
});

async function openChallenged(context: Context, challenge: MfaChallenge): Promise<AuthTokensView> {
  const { userId, method, deviceName } = challenge;
  if (!(await context.challenges.complete(challenge.id, context.now()))) throw invalidCredentials();
  const user = await getUser(context, userId);
  if (user.disabledAt) throw invalidCredentials();
  const risk = riskOfChallenge(challenge);
  await recordLogin(context, { userId, outcome: 'SUCCESS', method, risk });
  if (challenge.mailId !== null)
    await requestMail(context, { kind: 'NEW_DEVICE', recipient: user.email, user });
  const authLevel = challenge.mailId === null ? 'MFA' : 'PASSWORD';
  return openSession(context, user, { authLevel, deviceName, risk });
}

/** Whether the code ends the challenge: the mailed one where it waits for that, else one of the second factor. */
const acceptsCode = (context: Context, { userId, mailId }: MfaChallenge, code: string): Promise<boolean> =>
  mailId === null
    ? acceptsSecondFactor(context, userId, code)
    : Promise.resolve(context.tokens.isCode('SIGN_IN_CODE', { rowId: mailId, code }));

/** Finishes a sign-in that was put on hold; throws INVALID_CREDENTIALS for a wrong code or a challenge that is over. */
export async function completeMfa(
  context: Context,
  { challengeToken, code }: { readonly challengeToken: string; readonly code: string },
): Promise<AuthTokensView> {
  const challengeId = context.challengeTokens.findChallengeId(challengeToken, context.now());
  const challenge =
    challengeId === null ? null : await context.challenges.attempt(challengeId, maxAttempts, context.now());
  if (!challenge) throw invalidCredentials();

  if (!(await acceptsCode(context, challenge, code))) {
    const { userId, method } = challenge;
    await recordLogin(context, { userId, outcome: 'MFA_FAILED', method });
    throw invalidCredentials();
  }
  return context.transaction((inner) => openChallenged(inner, challenge));
}
