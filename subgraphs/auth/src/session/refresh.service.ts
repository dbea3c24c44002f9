import { DomainError } from '@studymate/contracts';
import { counter } from '@studymate/runtime';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { invalidCredentials } from '../sign-in/invalid-credentials.ts';
import { recordLogin } from '../sign-in/login-event.service.ts';
import { getUser } from '../user/user.service.ts';
import { decideRefresh } from './refresh-rotation.ts';
import { type ChainLink, rotateChain } from './rotation.ts';
import { type AuthTokensView, issueTokens } from './session.service.ts';

const reuses = counter({
  name: 'refresh_token_reuse_total',
  help: 'Refresh tokens presented a second time.',
});

/** Ends the session whose chain is in two hands and tells its owner. */
async function endFamily(context: Context, { session }: ChainLink): Promise<string[]> {
  const ended = await context.sessions.revoke(
    { id: session.id },
    { reason: 'TOKEN_REUSED', at: context.now() },
  );
  const user = await getUser(context, session.userId);
  await recordLogin(context, { userId: user.id, outcome: 'BAD_CREDENTIALS', method: 'REFRESH' });
  await requestMail(context, { kind: 'TOKEN_REUSED', recipient: user.email, user });
  await recordAct(context, { act: 'session.reused-token', userId: user.id });
  return ended;
}

type Outcome = AuthTokensView | { readonly reusedIn: readonly string[] };

async function present(context: Context, tokenId: string): Promise<Outcome> {
  const presented = await context.sessions.lockRefreshToken(tokenId);
  if (!presented) throw invalidCredentials();
  const { session, successorId } = presented;
  const successor = successorId === null ? null : await context.sessions.findRefreshToken(successorId);
  const decision = decideRefresh({ token: presented, successor, session, at: context.now() });

  if (decision === 'ROTATE') return rotateChain(context, presented);
  if (decision === 'REPEAT' && successor) {
    return issueTokens(context, {
      user: await getUser(context, session.userId),
      session,
      refreshToken: successor,
    });
  }
  if (decision === 'REUSED') return { reusedIn: await endFamily(context, presented) };
  throw invalidCredentials();
}

/**
 * A new pair for a refresh token. Throws INVALID_CREDENTIALS for one that leads nowhere, and TOKEN_REUSED, having
 * ended the session, for one that was exchanged before.
 */
export async function refreshSession(context: Context, refreshToken: string): Promise<AuthTokensView> {
  const tokenId = context.tokens.findRowId('REFRESH', refreshToken);
  if (tokenId === null) throw invalidCredentials();
  const outcome = await context.transaction((inner) => present(inner, tokenId));
  if (!('reusedIn' in outcome)) return outcome;

  reuses.inc();
  await context.revocations.announce(outcome.reusedIn);
  throw new DomainError('TOKEN_REUSED', 'This refresh token was used before: the session has been ended.', {
    revokedSessionCount: outcome.reusedIn.length,
  });
}
