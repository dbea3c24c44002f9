import { ClientSecretPost, Configuration, fetchProtectedResource } from 'openid-client';
import { z } from 'zod';
import type { ProviderAccount, ProviderClient } from './identity-provider.ts';
import {
  consentUrl,
  exchangeCode,
  type ProviderCredentials,
  timeoutSeconds,
  transportOf,
} from './oauth.exchange.ts';
import { toDomainError } from './provider-failure.ts';

const userSchema = z.object({ id: z.int().positive(), name: z.string().nullish(), login: z.string() });
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/** GitHub's own API has a host of its own; a GitHub Enterprise Server has it under a path. */
const apiOf = (baseUrl: string): string =>
  baseUrl === 'https://github.com' ? 'https://api.github.com' : `${baseUrl}/api/v3`;

/** GitHub by OAuth 2.0 with PKCE. It issues no ID token: who it is and the addresses are asked of its API. */
export function createGithubProvider({
  baseUrl,
  clientId,
  clientSecret,
}: ProviderCredentials & { readonly baseUrl: string }): ProviderClient {
  const configuration = new Configuration(
    {
      issuer: baseUrl,
      authorization_endpoint: `${baseUrl}/login/oauth/authorize`,
      token_endpoint: `${baseUrl}/login/oauth/access_token`,
    },
    clientId,
    undefined,
    ClientSecretPost(clientSecret),
  );
  configuration.timeout = timeoutSeconds;
  for (const allow of transportOf(baseUrl)) allow(configuration);

  const read = async (accessToken: string, path: string): Promise<unknown> => {
    const url = new URL(`${apiOf(baseUrl)}${path}`);
    const headers = new Headers({ accept: 'application/vnd.github+json' });
    const response = await fetchProtectedResource(configuration, accessToken, url, 'GET', null, headers);
    if (!response.ok) throw new Error(`GitHub answered ${response.status}`);
    return response.json();
  };
  const accountOf = async (accessToken: string): Promise<ProviderAccount> => {
    const { id, name, login } = userSchema.parse(await read(accessToken, '/user'));
    const emails = emailsSchema.parse(await read(accessToken, '/user/emails'));
    const primary = emails.find((email) => email.primary);
    return {
      subject: String(id),
      email: primary?.email ?? null,
      isEmailVerified: primary?.verified === true,
      displayName: name ?? login,
    };
  };

  return {
    authorizationUrl: (flow) => consentUrl(configuration, flow, { scope: 'read:user user:email' }),
    findAccount: async (flow, callback) => {
      try {
        const tokens = await exchangeCode(configuration, { flow, callback });
        return await accountOf(tokens.access_token);
      } catch (error) {
        throw toDomainError('GitHub', error);
      }
    },
  };
}
