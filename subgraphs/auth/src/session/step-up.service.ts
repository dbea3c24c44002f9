import { invalidInput } from '@studymate/contracts';
import type { AuthLevel, Session } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { acceptsSecondFactor, requireCodeAttempt } from '../mfa/code-check.ts';
import { hasSecondFactor } from '../mfa/second-factor.ts';
import { acceptsPasskey } from '../passkey/passkey-sign-in.service.ts';
import { proveStepUp } from '../risk/place.service.ts';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';
import { recordLogin } from '../sign-in/login-event.service.ts';
import { requirePassword } from '../sign-in/sign-in.service.ts';
import { getUser } from '../user/user.service.ts';
import { rotateChain } from './rotation.ts';
import { type AuthTokensView, requireLiveSession } from './session.service.ts';

export interface StepUpProof {
  readonly code?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly passkeyResponse?: unknown;
}

/** Whether the passkey's answer or the code is right; throws VALIDATION when neither is given. */
async function acceptsFactor(context: Context, userId: string, proof: StepUpProof): Promise<boolean> {
  const { code, passkeyResponse } = proof;
  if (passkeyResponse) return acceptsPasskey(context, userId, passkeyResponse);
  if (!code) throw invalidInput(['code'], 'code: a code of your second factor is needed', 'required');
  await requireCodeAttempt(context, userId);
  return acceptsSecondFactor(context, userId, code);
}

/** Checks the strongest proof the user has: a second factor where there is one, else the password. */
async function prove(context: Context, session: Session, proof: StepUpProof): Promise<AuthLevel> {
  const { userId } = session;
  if (await hasSecondFactor(context, userId)) {
    if (await acceptsFactor(context, userId, proof)) return 'STEP_UP';
    const method = proof.passkeyResponse ? 'PASSKEY' : 'PASSWORD';
    await recordLogin(context, { userId, outcome: 'MFA_FAILED', method });
    throw invalidCredentials();
  }
  if (!proof.password) throw invalidInput(['password'], 'password: your password is needed', 'required');
  const { email } = await getUser(context, userId);
  await requirePassword(context, { email, password: proof.password });
  return session.authLevel;
}

/** Proves anew who the viewer is, within the session: sensitive acts are open for 15 minutes. */
export async function stepUp(context: Context, proof: StepUpProof): Promise<AuthTokensView> {
  const session = await requireLiveSession(context);
  const authLevel = await prove(context, session, proof);
  const tokens = await context.transaction(async (inner) => {
    const end = await inner.sessions.lockChainEnd(session.id);
    if (!end || end.session.revokedAt) throw invalidCredentials();
    if (authLevel === 'STEP_UP') await proveStepUp(inner, session.id);
    return rotateChain(inner, end, { authLevel });
  });
  await context.knownSessions.forget([session.id]);
  return tokens;
}
