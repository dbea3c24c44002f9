import { newRowId } from '@studymate/contracts';
import type { LoginMethod, MfaChallenge, User } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { type AuthTokensView, openSession } from '../session/session.service.ts';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';
import { recordLogin } from '../sign-in/login-event.service.ts';
import type { Risk } from '../sign-in/risk-score.ts';
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

/** Puts a sign-in on hold until its second factor is given to `completeMfa`, five minutes and five codes at most. */
export async function beginChallenge(
  context: Context,
  user: User,
  { method, deviceName, risk }: { method: LoginMethod; deviceName: string | null; risk: Risk },
): Promise<MfaChallengeView> {
  const at = context.now();
  const challenge = await context.challenges.create({
    id: newRowId(),
    userId: user.id,
    method,
    deviceName,
    riskScore: risk.score,
    riskReasons: risk.reasons,
    createdAt: at,
    expiresAt: new Date(at.getTime() + livesForMs),
  });
  const { expiresAt } = challenge;
  const methods = await secondFactorMethodsOf(context, user.id);
  const challengeToken = context.challengeTokens.issue(challenge.id, { at, expiresAt });
  return { __typename: 'MfaChallenge', challengeToken, methods, expiresAt };
}

async function openChallenged(context: Context, challenge: MfaChallenge): Promise<AuthTokensView> {
  const { userId, method, deviceName } = challenge;
  if (!(await context.challenges.complete(challenge.id, context.now()))) throw invalidCredentials();
  const user = await getUser(context, userId);
  if (user.disabledAt) throw invalidCredentials();
  await recordLogin(context, { userId, outcome: 'SUCCESS', method });
  return openSession(context, user, { authLevel: 'MFA', deviceName });
}

/** Finishes a sign-in that was put on hold; throws INVALID_CREDENTIALS for a wrong code or a challenge that is over. */
export async function completeMfa(
  context: Context,
  { challengeToken, code }: { readonly challengeToken: string; readonly code: string },
): Promise<AuthTokensView> {
  const challengeId = context.challengeTokens.findChallengeId(challengeToken, context.now());
  const challenge =
    challengeId === null ? null : await context.challenges.attempt(challengeId, maxAttempts, context.now());
  if (!challenge) throw invalidCredentials();

  if (!(await acceptsSecondFactor(context, challenge.userId, code))) {
    const { userId, method } = challenge;
    await recordLogin(context, { userId, outcome: 'MFA_FAILED', method });
    throw invalidCredentials();
  }
  return context.transaction((inner) => openChallenged(inner, challenge));
}
