import { forbidden, invalidInput, newId, notFound, type Scope, scopes } from '@studymate/contracts';
import type { AccessToken } from '@studymate/database/auth';
import { hasScope, parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { requireFreshProof, requireLiveSession } from '../session/session.service.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { getUser } from '../user/user.service.ts';
import { secretOf } from './access-token.secret.ts';

const nameSchema = z.string().trim().min(1).max(80);
const scopesSchema = z.array(z.enum(scopes)).min(1).max(scopes.length);
const maxTokens = 20;

export interface CreatedAccessTokenView {
  readonly __typename: 'CreatedAccessToken';
  readonly accessToken: AccessToken;
  readonly secret: string;
}

export interface NewAccessTokenInput {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | null | undefined;
}

export async function findAccessToken(context: Context, id: string): Promise<AccessToken | null> {
  const token = await context.accessKeys.find(id);
  return token && canReadSecurityOf(context.viewer, token.userId) ? token : null;
}

export async function listAccessTokensOf(context: Context, userId: string): Promise<AccessToken[]> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see these keys');
  return context.accessKeys.ofUser(userId);
}

function parseScopes(context: Context, given: readonly string[]): Scope[] {
  const wanted = [...new Set(parseInput(scopesSchema, 'scopes', given))];
  if (!wanted.every((scope) => hasScope(context.viewer, scope))) throw forbidden('give what you do not have');
  return wanted;
}

/** Makes a key and shows its secret once; throws STEP_UP_REQUIRED when the sign-in is older than 15 minutes. */
export async function createAccessToken(
  context: Context,
  input: NewAccessTokenInput,
): Promise<CreatedAccessTokenView> {
  const { userId } = await requireFreshProof(context);
  const name = parseInput(nameSchema, 'name', input.name);
  const wanted = parseScopes(context, input.scopes);
  const at = context.now();
  const expiresAt = input.expiresAt ?? null;
  if (expiresAt && expiresAt <= at) throw invalidInput(['expiresAt'], 'expiresAt: is over', 'future');
  const accessToken = await context.transaction(async (inner) => {
    await inner.accessKeys.lockUser(userId);
    if ((await inner.accessKeys.countLive(userId, at)) >= maxTokens)
      throw invalidInput(['name'], `name: there are ${maxTokens} keys already; revoke one first`, 'limit');
    const user = await getUser(inner, userId);
    await requestMail(inner, { kind: 'ACCESS_TOKEN_ADDED', recipient: user.email, user });
    const id = newId('AccessToken');
    const made = await inner.accessKeys.create({
      id,
      userId,
      name,
      scopes: wanted,
      createdAt: at,
      expiresAt,
    });
    await recordAct(inner, { act: 'key.created', userId, details: { scopes: wanted.join(' ') } });
    return made;
  });
  return {
    __typename: 'CreatedAccessToken',
    accessToken,
    secret: secretOf(context.tokens, accessToken.id),
  };
}

/** Ends a key and tells every gateway. Takes a session: a key cannot end others. */
export async function revokeAccessToken(context: Context, id: string): Promise<void> {
  await requireLiveSession(context);
  const token = await context.accessKeys.find(id);
  if (token?.userId !== requireViewer(context).id) throw notFound('AccessToken');
  await context.transaction(async (inner) => {
    await inner.accessKeys.revoke(id, inner.now());
    await recordAct(inner, { act: 'key.revoked', userId: token.userId });
  });
  await context.revocations.announce([id]);
}
