import { ClientSecretPost, type Configuration, discovery, enableNonRepudiationChecks } from 'openid-client';
import { z } from 'zod';
import type { ProviderAccount, ProviderClient } from './identity-provider.ts';
import {
  consentUrl,
  exchangeCode,
  type ProviderCredentials,
  timeoutSeconds,
  transportOf,
} from './oauth.exchange.ts';
import { providerUnavailable, toDomainError } from './provider-failure.ts';

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
});

function accountOf(claims: unknown): ProviderAccount {
  const { sub, email, email_verified: isVerified, name } = claimsSchema.parse(claims);
  return {
    subject: sub,
    email: email ?? null,
    isEmailVerified: isVerified === true,
    displayName: name ?? null,
  };
}

/**
 * Google by OpenID Connect. The ID token's signature, issuer, audience, times and nonce are checked (OpenID Connect
 * Core 1.0, section 3.1.3.7). The provider's own description is fetched when it is first needed, and kept.
 */
export function createGoogleProvider({
  issuer,
  clientId,
  clientSecret,
}: ProviderCredentials & { readonly issuer: string }): ProviderClient {
  let discovered: Promise<Configuration> | null = null;
  const configuration = (): Promise<Configuration> => {
    discovered ??= discovery(new URL(issuer), clientId, undefined, ClientSecretPost(clientSecret), {
      timeout: timeoutSeconds,
      execute: [enableNonRepudiationChecks, ...transportOf(issuer)],
    }).catch(() => {
      discovered = null;
      throw providerUnavailable('Google', 'does not answer');
    });
    return discovered;
  };

  return {
    authorizationUrl: async (flow) =>
      consentUrl(await configuration(), flow, { scope: 'openid email profile', nonce: flow.nonce }),
    findAccount: async (flow, callback) => {
      const known = await configuration();
      try {
        const tokens = await exchangeCode(known, { flow, callback, expectedNonce: flow.nonce });
        return accountOf(tokens.claims());
      } catch (error) {
        throw toDomainError('Google', error);
      }
    },
  };
}
