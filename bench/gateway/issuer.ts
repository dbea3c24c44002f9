import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Issuer {
  readonly keysUrl: string;
  readonly authorizations: readonly string[];
  /** Takes traces too and drops them. */
  readonly server: Server;
}

const viewers = 1_000;
const validity = '2h';

/** Access tokens of a thousand learners, a key set to check them by, and a collector for traces. */
export async function startIssuer(port: number): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA', use: 'sig' };
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const authorizations = await Promise.all(
    Array.from({ length: viewers }, async (_, index) => {
      const token = await new SignJWT({
        sid: `se_${index}`,
        roles: ['LEARNER'],
        scope: 'study:read quiz:take',
        auth_level: 'PASSWORD',
        email_verified: true,
        locale: 'en',
        zoneinfo: 'Asia/Seoul',
        day_start: 240,
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'bench' })
        .setIssuer('bench')
        .setAudience('bench')
        .setSubject(`us_${index}`)
        .setIssuedAt()
        .setExpirationTime(validity)
        .sign(privateKey);
      return `Bearer ${token}`;
    }),
  );
  return { keysUrl: `http://127.0.0.1:${port}/jwks.json`, authorizations, server };
}
