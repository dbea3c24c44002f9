import { createHash } from 'node:crypto';
import { invalidInput, newRowId, rateLimited } from '@studymate/contracts';
import type { IdentityProvider } from '@studymate/database/auth';
import type { Context } from '../context.ts';
import { retryAfterSeconds } from '../limit/limiter.ts';
import { requireFreshProof } from '../session/session.service.ts';
import { type AuthorizationFlow, type ProviderClient, providerNames } from './identity-provider.ts';
import { providerUnavailable } from './provider-failure.ts';

const livesForMs = 10 * 60_000;
/** Enough for a school behind one address; bounds what anybody can make us store. */
const signInsPerNetwork = { limit: 300, windowMs: 60_000 };

export interface ProviderRedirectView {
  readonly authorizationUrl: string;
  readonly state: string;
  readonly expiresAt: Date;
}

/** Throws PROVIDER_UNAVAILABLE for a provider that is not set up. */
export function getProvider(context: Context, provider: IdentityProvider): ProviderClient {
  const client = context.providers[provider];
  if (!client) throw providerUnavailable(providerNames[provider], 'is not set up here');
  return client;
}

/** The secrets of a sign-in, made again from its id. The URL's state is only a hash of the one the browser keeps. */
export function flowOf(
  context: Context,
  { id, redirectUri }: { readonly id: string; readonly redirectUri: string },
): AuthorizationFlow {
  const kept = context.tokens.derive('PROVIDER_STATE', id);
  return {
    redirectUri,
    state: createHash('sha256').update(kept).digest('base64url'),
    nonce: context.tokens.derive('PROVIDER_NONCE', id),
    verifier: context.tokens.derive('PROVIDER_VERIFIER', id),
  };
}

/** Exactly one of the operator's addresses: anything else would make us an open redirector. */
function requireRedirectUri(context: Context, redirectUri: string): void {
  if (context.config.providers.redirectUris.includes(redirectUri)) return;
  throw invalidInput(['redirectUri'], 'redirectUri: is not one that may be used here', 'redirect_uri');
}

export interface ProviderSignInRequest {
  readonly provider: IdentityProvider;
  readonly redirectUri: string;
}

/** Begins to sign in or, for who is signed in, to link; the latter throws STEP_UP_REQUIRED without a fresh proof. */
export async function beginProviderSignIn(
  context: Context,
  { provider, redirectUri }: ProviderSignInRequest,
): Promise<ProviderRedirectView> {
  const client = getProvider(context, provider);
  requireRedirectUri(context, redirectUri);
  const session = context.viewer ? await requireFreshProof(context) : null;
  const { limiter, origin, now } = context;
  const permit = await limiter.take(`providers:${origin.network}`, signInsPerNetwork, now);
  if (!permit.granted) throw rateLimited(retryAfterSeconds(permit, now));

  const [id, createdAt] = [newRowId(), now()];
  const url = await client.authorizationUrl(flowOf(context, { id, redirectUri }));
  const expiresAt = new Date(createdAt.getTime() + livesForMs);
  const sessionId = session?.id ?? null;
  await context.identities.beginSignIn({ id, provider, redirectUri, sessionId, createdAt, expiresAt });
  return { authorizationUrl: url.href, state: context.tokens.derive('PROVIDER_STATE', id), expiresAt };
}
