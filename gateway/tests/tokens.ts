import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface Issuer {
  readonly jwksUrl: string;
  /** How often the key set was asked for. */
  asked(): number;
  /** A good access token, but for what is overridden. */
  token(claims?: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  bearer(claims?: JWTPayload): Promise<Record<string, string>>;
}

const inSeconds = () => Math.floor(Date.now() / 1000);

/** An issuer of access tokens like auth's, with its key set on a loopback URL. */
export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'EdDSA', use: 'sig' };
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const token = (claims: JWTPayload = {}, header: Record<string, unknown> = {}) =>
    new SignJWT({
      iss: 'studymate',
      aud: 'studymate-api',
      sub: 'us_1',
      sid: 'se_1',
      roles: ['LEARNER'],
      scope: 'study:read quiz:take',
      auth_level: 'PASSWORD',
      email_verified: true,
      locale: 'en',
      zoneinfo: 'Asia/Seoul',
      day_start: 240,
      iat: inSeconds(),
      exp: inSeconds() + 600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1', ...header })
      .sign(privateKey);
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    asked: () => asked,
    token,
    bearer: async (claims) => ({ authorization: `Bearer ${await token(claims)}` }),
  };
}

/** The `identity` part of a gateway's configuration that believes the issuer. */
export const trusting = ({ jwksUrl }: Issuer) => ({
  jwks: jwksUrl,
  issuer: 'studymate',
  audience: 'studymate-api',
});
