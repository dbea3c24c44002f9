/** How long a client that lost the answer to a refresh may ask again and get the same successor. */
export const graceSeconds = 10;

export interface RefreshTokenState {
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

export interface RefreshAttempt {
  readonly token: RefreshTokenState;
  /** The token that this one was exchanged for, if it was. */
  readonly successor: RefreshTokenState | null;
  readonly session: { readonly revokedAt: Date | null; readonly expiresAt: Date };
  readonly at: Date;
}

/**
 * `ROTATE`: make a successor. `REPEAT`: hand out the successor again. `REUSED`: somebody else may hold the chain,
 * end the session. `ENDED`: nothing to save.
 */
export type RefreshDecision = 'ROTATE' | 'REPEAT' | 'REUSED' | 'ENDED';

/**
 * What presenting a refresh token leads to (RFC 9700, section 4.14.2): each works once. A second presentation
 * within 10 s repeats the answer, as long as nobody has used the successor; any other is a sign of theft.
 */
export function decideRefresh({ token, successor, session, at }: RefreshAttempt): RefreshDecision {
  if (session.revokedAt || session.expiresAt <= at) return 'ENDED';
  if (!token.usedAt) return token.expiresAt <= at ? 'ENDED' : 'ROTATE';
  const isRecent = at.getTime() - token.usedAt.getTime() <= graceSeconds * 1000;
  return successor && !successor.usedAt && isRecent ? 'REPEAT' : 'REUSED';
}
