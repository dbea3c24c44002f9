import { forbidden, newId, newRowId, notFound, unauthenticated } from '@studymate/contracts';
import type { AuthLevel, Session, User } from '@studymate/database/auth';
import {
  type Connection,
  freshProofMs,
  type PageArguments,
  parsePage,
  requireViewer,
  stepUpRequired,
  toConnection,
} from '@studymate/subgraph-kit';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { provePlace } from '../risk/place.service.ts';
import type { Risk } from '../risk/risk-score.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { canReadSession, canRevokeSession } from './session.policy.ts';
import type { NewRefreshToken } from './session.repository.ts';

const dayMs = 86_400_000;
const sessionDays = 90;
const refreshDays = 30;

/** What a client gets for having signed in or refreshed. */
export interface AuthTokensView {
  readonly __typename: 'AuthTokens';
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
  readonly session: Session;
  readonly user: User;
}

export const findSession = async (context: Context, id: string): Promise<Session | null> => {
  const session = await context.sessions.find(id);
  return session && canReadSession(context.viewer, session) ? session : null;
};

/** The live sessions of a user, the youngest first. */
export async function listSessionsOf(
  context: Context,
  userId: string,
  slice: PageArguments,
): Promise<Connection<Session>> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see these sessions');
  const page = parsePage(slice);
  const sessions = await context.sessions.pageOfLive(userId, page);
  return toConnection(sessions, page, ({ createdAt, id }) => [createdAt.toISOString(), id]);
}

/** The viewer's session as the database has it; throws UNAUTHENTICATED when it has ended, whatever the token says. */
export async function requireLiveSession(context: Context): Promise<Session> {
  const viewer = requireViewer(context);
  const session = await context.sessions.find(viewer.sessionId);
  const isLive = session?.userId === viewer.id && !session.revokedAt && session.expiresAt > context.now();
  if (!isLive) throw unauthenticated();
  return session;
}

export const isFreshProof = ({ provenAt }: Pick<Session, 'provenAt'>, at: Date): boolean =>
  at.getTime() - provenAt.getTime() <= freshProofMs;

/** Throws STEP_UP_REQUIRED when the viewer has not proven who they are within 15 minutes. */
export async function requireFreshProof(context: Context): Promise<Session> {
  const session = await requireLiveSession(context);
  if (!isFreshProof(session, context.now())) throw stepUpRequired();
  return session;
}

/** The next link of a session's chain; lives 30 days but not longer than the session. */
export function nextRefreshToken(
  session: Pick<Session, 'id' | 'expiresAt'>,
  { generation, at }: { readonly generation: number; readonly at: Date },
): NewRefreshToken {
  const expiresAt = new Date(Math.min(at.getTime() + refreshDays * dayMs, session.expiresAt.getTime()));
  return { id: newRowId(), sessionId: session.id, generation, createdAt: at, expiresAt };
}

/** A token pair for the session: a fresh access token, and the refresh token made again from its row. */
export async function issueTokens(
  context: Context,
  {
    user,
    session,
    refreshToken,
  }: { user: User; session: Session; refreshToken: Pick<NewRefreshToken, 'id' | 'expiresAt'> },
): Promise<AuthTokensView> {
  const access = await context.accessTokens.issue({ user, session, at: context.now() });
  return {
    __typename: 'AuthTokens',
    accessToken: access.token,
    accessTokenExpiresAt: access.expiresAt,
    refreshToken: context.tokens.derive('REFRESH', refreshToken.id),
    refreshTokenExpiresAt: refreshToken.expiresAt,
    session,
    user,
  };
}

export interface NewSessionOf {
  readonly authLevel: AuthLevel;
  readonly deviceName: string | null;
  /** What spoke against it, and was answered by the proofs that were given. */
  readonly risk: Risk;
}

/** Begins a session of the user on the device that asks. Call it in the transaction that proved who it is. */
export async function openSession(
  context: Context,
  user: User,
  { authLevel, deviceName, risk }: NewSessionOf,
): Promise<AuthTokensView> {
  const at = context.now();
  const session = await context.sessions.create({
    id: newId('Session'),
    userId: user.id,
    deviceName,
    ipAddress: context.ipAddress,
    userAgent: context.userAgent?.slice(0, 400) ?? null,
    authLevel,
    at,
    expiresAt: new Date(at.getTime() + sessionDays * dayMs),
  });
  await provePlace(context, { sessionId: session.id, risk, level: authLevel });
  const refreshToken = await context.sessions.addRefreshToken(
    nextRefreshToken(session, { generation: 1, at }),
  );
  return issueTokens(context, { user, session, refreshToken });
}

/** Ends a user's sessions, all or all but one, and answers their ids: announce them once it is committed. */
export const endSessionsOf = (
  context: Context,
  userId: string,
  { reason, except }: { readonly reason: string; readonly except?: string },
): Promise<string[]> =>
  context.sessions.revoke(
    { userId, ...(except !== undefined && { id: { not: except } }) },
    { reason, at: context.now() },
  );

export async function signOut(context: Context, allSessions: boolean): Promise<void> {
  const viewer = requireViewer(context);
  const which = allSessions ? { userId: viewer.id } : { userId: viewer.id, id: viewer.sessionId };
  const ended = await context.transaction(async (inner) => {
    const sessions = await inner.sessions.revoke(which, { reason: 'SIGNED_OUT', at: inner.now() });
    if (allSessions) await recordAct(inner, { act: 'sessions.ended', userId: viewer.id });
    return sessions;
  });
  await context.revocations.announce(ended);
}

export async function revokeSession(context: Context, id: string): Promise<void> {
  const viewer = requireViewer(context);
  const session = await context.sessions.find(id);
  if (!session || !canRevokeSession(viewer, session)) throw notFound('Session');
  const ended = await context.sessions.revoke({ id }, { reason: 'REVOKED', at: context.now() });
  await context.revocations.announce(ended);
}
