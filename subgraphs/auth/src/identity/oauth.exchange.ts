import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
} from 'openid-client';
import type { AuthorizationFlow, Callback } from './identity-provider.ts';

export interface ProviderCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Seconds until a provider counts as silent. */
export const timeoutSeconds = 5;

/** Plain HTTP is for providers on this machine only: the configuration admits no others. */
export const transportOf = (url: string): ((configuration: Configuration) => void)[] =>
  url.startsWith('http:') ? [allowInsecureRequests] : [];

/** The address of the provider's consent page for the flow, with PKCE S256. */
export async function consentUrl(
  configuration: Configuration,
  flow: AuthorizationFlow,
  parameters: Readonly<Record<string, string>>,
): Promise<URL> {
  return buildAuthorizationUrl(configuration, {
    redirect_uri: flow.redirectUri,
    state: flow.state,
    code_challenge: await calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
}

/** Exchanges the callback's code for tokens; checks the issuer and, where a nonce is expected, the ID token. */
export function exchangeCode(
  configuration: Configuration,
  { flow, callback, expectedNonce }: { flow: AuthorizationFlow; callback: Callback; expectedNonce?: string },
) {
  const url = new URL(flow.redirectUri);
  url.searchParams.set('code', callback.code);
  url.searchParams.set('state', flow.state);
  if (callback.iss !== null) url.searchParams.set('iss', callback.iss);
  return authorizationCodeGrant(configuration, url, {
    expectedState: flow.state,
    pkceCodeVerifier: flow.verifier,
    ...(expectedNonce !== undefined && { expectedNonce, idTokenExpected: true }),
  });
}
