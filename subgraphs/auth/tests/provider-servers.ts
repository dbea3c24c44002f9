import { createHash, randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { Events, type MutableResponse, type MutableToken, OAuth2Server } from 'oauth2-mock-server';

export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

export interface Return {
  readonly code: string;
  readonly state: string;
}

/** An OpenID Connect server on the loopback address. Call it at the top of a test file. */
export async function googleServer() {
  const server = new OAuth2Server();
  // Its own `generate` takes what Node answers for no plain object under Jest, whose realm is another.
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  await server.issuer.keys.add({ ...(await exportJWK(privateKey)), kid: 'google-1', alg: 'RS256' });
  await server.start(0, '127.0.0.1');
  afterAll(() => (server.listening ? server.stop() : undefined));
  let person: Person = { sub: 'nobody' };
  let spoil: (token: MutableToken) => void = () => undefined;
  server.service.on(Events.BeforeTokenSigning, (token: MutableToken) => {
    Object.assign(token.payload, person);
    spoil(token);
  });

  return {
    server,
    issuer: server.issuer.url ?? '',
    /** Changes the tokens of the next sign-in. */
    spoilTokens: (how: (token: MutableToken) => void) => {
      spoil = how;
    },
    /** Answers the next exchange with another ID token. */
    replaceIdToken: (remake: (claims: object, kid: string) => string) => {
      server.service.once(Events.BeforeResponse, ({ body }: MutableResponse) => {
        if (!body || typeof body !== 'object' || !('id_token' in body)) return;
        const [header = '', payload = ''] = String(body.id_token).split('.');
        const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
        Object.assign(body, { id_token: remake(read(payload), read(header).kid) });
      });
    },
    /** What the person's browser brings back from the consent page. */
    async consent(authorizationUrl: string, who: Person): Promise<Return> {
      person = who;
      spoil = () => undefined;
      const { headers } = await fetch(authorizationUrl, { redirect: 'manual' });
      const { searchParams } = new URL(headers.get('location') ?? '');
      return { code: searchParams.get('code') ?? '', state: searchParams.get('state') ?? '' };
    },
  };
}

export interface GithubAccount {
  readonly id: number;
  readonly login: string;
  readonly name: string | null;
  readonly emails: readonly { email: string; primary: boolean; verified: boolean }[];
}

const sendJson = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** What GitHub Enterprise Server answers at the addresses that signing in needs, PKCE and single use of codes included. */
export async function githubServer({ clientSecret }: { readonly clientSecret: string }) {
  const grants = new Map<string, { challenge: string; redirectUri: string; account: GithubAccount }>();
  const tokens = new Map<string, GithubAccount>();

  const exchange = (form: URLSearchParams) => {
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      form.get('client_secret') === clientSecret && form.get('redirect_uri') === grant?.redirectUri;
    if (!grant || grant.challenge !== challenge || !isRight) return { error: 'bad_verification_code' };
    const token = `gho_${randomUUID()}`;
    tokens.set(token, grant.account);
    return { access_token: token, token_type: 'bearer', scope: 'read:user,user:email' };
  };

  const server = createServer(async (request, response) => {
    const account = tokens.get((request.headers.authorization ?? '').replace(/^Bearer /i, ''));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = new URLSearchParams(Buffer.concat(chunks).toString());
    if (request.url === '/login/oauth/access_token') return sendJson(response, 200, exchange(body));
    if (!account) return sendJson(response, 401, { message: 'Bad credentials' });
    if (request.url === '/api/v3/user') return sendJson(response, 200, { ...account, emails: undefined });
    return sendJson(response, 200, account.emails);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  afterAll(stop);

  return {
    stop,
    baseUrl: `http://127.0.0.1:${port}`,
    /** What the person's browser brings back from the consent page. */
    consent(authorizationUrl: string, account: GithubAccount): Return {
      const { searchParams } = new URL(authorizationUrl);
      const code = randomUUID();
      grants.set(code, {
        challenge: searchParams.get('code_challenge') ?? '',
        redirectUri: searchParams.get('redirect_uri') ?? '',
        account,
      });
      return { code, state: searchParams.get('state') ?? '' };
    },
  };
}
