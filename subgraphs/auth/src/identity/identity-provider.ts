import type { IdentityProvider } from '@studymate/database/auth';

/** Who somebody is at a provider. */
export interface ProviderAccount {
  /** The provider's name for the person; never changes and is given to nobody else. */
  readonly subject: string;
  readonly email: string | null;
  /** Whether the provider has seen that the person reads what is sent to the address. */
  readonly isEmailVerified: boolean;
  readonly displayName: string | null;
}

/** What ties a callback to the request that led to it (RFC 9700, section 2.1). */
export interface AuthorizationFlow {
  readonly redirectUri: string;
  /** As the URL carries it. */
  readonly state: string;
  /** Comes back within the ID token, where there is one. */
  readonly nonce: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
}

export interface Callback {
  readonly code: string;
  /** RFC 9207. */
  readonly iss: string | null;
}

export interface ProviderClient {
  /** Where to send the browser; throws PROVIDER_UNAVAILABLE. */
  authorizationUrl(flow: AuthorizationFlow): Promise<URL>;
  /** Exchanges the code of the flow's callback; throws INVALID_CREDENTIALS or PROVIDER_UNAVAILABLE. */
  findAccount(flow: AuthorizationFlow, callback: Callback): Promise<ProviderAccount>;
}

/** The providers that are set up; null for those that are not. */
export type Providers = Readonly<Record<IdentityProvider, ProviderClient | null>>;

export const providerNames: Readonly<Record<IdentityProvider, string>> = {
  GOOGLE: 'Google',
  GITHUB: 'GitHub',
};
