import { createServer } from 'node:http';
import { type Client, createClient } from 'graphql-ws';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { WebSocket } from 'ws';

/** An issuer of access tokens with its key set on loopback. */
export async function startIssuer(port: number) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA', use: 'sig' }];
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const tokenFor = (viewerId: string): Promise<string> =>
    new SignJWT({
      sub: viewerId,
      sid: `se_${viewerId}`,
      roles: ['LEARNER'],
      scope: '',
      auth_level: 'PASSWORD',
      email_verified: true,
      locale: 'en',
      zoneinfo: 'Asia/Seoul',
      day_start: 240,
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'bench' })
      .setIssuer('studymate')
      .setAudience('studymate-api')
      .setIssuedAt()
      .setExpirationTime('9 minutes')
      .sign(privateKey);
  return { url: `http://127.0.0.1:${port}/jwks.json`, tokenFor, stop: () => server.close() };
}

export interface Subscriber {
  readonly viewerId: string;
  /** How many events have come. */
  received: number;
  readonly client: Client;
}

/** A graphql-ws client of its own that follows one subscription; resolves with its first event. */
export function subscribe(url: string, viewerId: string, token: string): Promise<Subscriber> {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const subscriber: Subscriber = { viewerId, received: 0, client };
  return new Promise((resolve, reject) => {
    client.subscribe(
      { query: 'subscription { unreadCountChanged }' },
      {
        next: ({ data, errors }) => {
          if (!data) return reject(new Error(JSON.stringify(errors)));
          subscriber.received += 1;
          resolve(subscriber);
        },
        error: reject,
        complete: () => reject(new Error('The subscription ended.')),
      },
    );
  });
}
