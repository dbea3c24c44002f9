import type { AuthLevel, RefreshToken, Session } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { getUser } from '../user/user.service.ts';
import { type AuthTokensView, isFreshProof, issueTokens, nextRefreshToken } from './session.service.ts';

export type ChainLink = RefreshToken & { readonly session: Session };

/** A proof that was just given, which the session carries from here on. */
export interface Proof {
  readonly authLevel: AuthLevel;
}

/** Stepped up only for as long as the proof is fresh. */
const levelOf = (session: Session, at: Date): AuthLevel =>
  session.authLevel === 'STEP_UP' && !isFreshProof(session, at) ? 'MFA' : session.authLevel;

/**
 * Exchanges the unused end of a session's chain for its successor and issues the new pair. Call it in the transaction
 * that locked the chain.
 */
export async function rotateChain(context: Context, link: ChainLink, proof?: Proof): Promise<AuthTokensView> {
  const at = context.now();
  const { session: before, generation } = link;
  const successor = await context.sessions.addRefreshToken(
    nextRefreshToken(before, { generation: generation + 1, at }),
  );
  await context.sessions.exchangeRefreshToken(link.id, { usedAt: at, successorId: successor.id });
  const session = await context.sessions.update(before.id, {
    lastSeenAt: at,
    ipAddress: context.ipAddress,
    userAgent: context.userAgent?.slice(0, 400) ?? null,
    ...(proof ? { authLevel: proof.authLevel, provenAt: at } : { authLevel: levelOf(before, at) }),
  });
  const user = await getUser(context, session.userId);
  return issueTokens(context, { user, session, refreshToken: successor });
}
