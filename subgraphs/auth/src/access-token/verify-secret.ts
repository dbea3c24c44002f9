import { type Scope, scopes, scopesOfRoles, type Viewer } from '@studymate/contracts';
import type { AccessToken, PartnerClient, User } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { findClientId, findTokenId } from './access-token.secret.ts';

/** What a secret stands for, as a gateway is told. */
export type VerifiedSecret =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly id: string;
      readonly viewer: Viewer;
      readonly plan: string | null;
      readonly expiresAt: string | null;
    };

const noteUseEveryMs = 60_000;

const commonScopes = (user: User, token: AccessToken): Scope[] => {
  const held = scopesOfRoles(user.roles);
  return scopes.filter((scope) => held.includes(scope) && token.scopes.includes(scope));
};

/**
 * The owner with the key's scopes, as far as the owner still has them, and with no role; the key's id stands in for
 * a session, so that what takes a session of a person takes no key.
 */
const viewerOf = (user: User, token: AccessToken): Viewer => ({
  id: user.id,
  roles: [],
  scopes: commonScopes(user, token),
  sessionId: token.id,
  authLevel: 'PASSWORD',
  emailVerified: true,
  locale: user.locale,
  timeZone: user.timeZone,
  dayStartMinutes: user.dayStartMinutes,
});

/** A partner's program acts for nobody: it is a viewer of its own, who owns nothing. */
const viewerOfClient = ({ id, scopes: given }: PartnerClient): Viewer => ({
  id,
  roles: [],
  scopes: scopes.filter((scope) => given.includes(scope)),
  sessionId: id,
  authLevel: 'PASSWORD',
  emailVerified: false,
  locale: 'en',
  timeZone: 'UTC',
  dayStartMinutes: 0,
});

async function verifyClient(context: Context, id: string): Promise<VerifiedSecret> {
  const client = await context.partnerClients.find(id);
  const at = context.now();
  if (!client || (client.expiresAt && client.expiresAt <= at)) return { active: false };
  await context.partnerClients.noteUse(id, { at, since: new Date(at.getTime() - noteUseEveryMs) });
  const expiresAt = client.expiresAt?.toISOString() ?? null;
  return { active: true, id, viewer: viewerOfClient(client), plan: client.plan, expiresAt };
}

/** Answers who holds a secret; a wrong, revoked or expired one and one of a shut account look alike. */
export async function verifySecret(context: Context, secret: string): Promise<VerifiedSecret> {
  const clientId = findClientId(context.tokens, secret);
  if (clientId !== null) return verifyClient(context, clientId);
  const id = findTokenId(context.tokens, secret);
  const token = id === null ? null : await context.accessKeys.findWithUser(id);
  const at = context.now();
  if (!token || token.user.disabledAt || (token.expiresAt && token.expiresAt <= at)) return { active: false };
  await context.accessKeys.noteUse(token.id, { at, since: new Date(at.getTime() - noteUseEveryMs) });
  return {
    active: true,
    id: token.id,
    viewer: viewerOf(token.user, token),
    plan: token.user.planCode,
    expiresAt: token.expiresAt?.toISOString() ?? null,
  };
}
