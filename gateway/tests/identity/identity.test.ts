import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createRequestVerifier } from '@studymate/runtime';
import { base64url, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const issuer = await startIssuer();
const secret = 'a secret of at least thirty-two bytes, for tests';
const world = await startWorld({
  subgraphs: [
    {
      name: 'a',
      sdl: 'type Query { open: Int guarded: Int @authenticated }',
      resolvers: { Query: { open: () => 1, guarded: () => 2 } },
    },
  ],
  config: { identity: trusting(issuer), signing: true },
  environment: { SUBGRAPH_SECRET: secret },
});
const verify = createRequestVerifier(secret);
const lastRequest = () => {
  const received = world.subgraphs.a?.received.at(-1);
  if (!received) throw new Error('Nothing was received.');
  return received;
};
const callerOfLast = () => {
  const { headers } = lastRequest();
  return verify(headers, String(headers['x-raw-body']));
};

let canaryHits = 0;
const canary = createServer((_request, response) => {
  canaryHits += 1;
  response.end('{"keys":[]}');
});
await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
const canaryUrl = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/`;
afterAll(() => {
  canary.close();
});

const encode = (value: object) => base64url.encode(JSON.stringify(value));
const seconds = () => Math.floor(Date.now() / 1000);
const stranger = await generateKeyPair('EdDSA');
const ownPem = await exportSPKI((await generateKeyPair('RS256')).publicKey);

async function changed(alter: (parts: [string, string, string]) => string[]): Promise<string> {
  const [header = '', payload = '', signature = ''] = (await issuer.token()).split('.');
  return alter([header, payload, signature]).join('.');
}

const claims = { iss: 'studymate', aud: 'studymate-api', sub: 'us_1', sid: 'se_1', exp: seconds() + 600 };
const forged: Record<string, () => Promise<string>> = {
  'alg none': () => changed(([, payload]) => [encode({ alg: 'none', typ: 'at+jwt' }), payload, '']),
  'alg nOnE': () =>
    changed(([, payload]) => [encode({ alg: 'nOnE', typ: 'at+jwt', kid: 'key-1' }), payload, '']),
  'HS256 with a public key': () =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'key-1' })
      .sign(new TextEncoder().encode(ownPem)),
  'unknown kid': () => issuer.token({}, { kid: 'other' }),
  'kid of a path': () => issuer.token({}, { kid: '../../dev/null' }),
  'kid of SQL': () => issuer.token({}, { kid: "' or 1=1" }),
  'jku, x5u, jwk of its own': async () =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'x', jku: canaryUrl, x5u: canaryUrl })
      .sign(stranger.privateKey),
  "a stranger's signature": () =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1' })
      .sign(stranger.privateKey),
  'expired 61 s ago': () => issuer.token({ exp: seconds() - 61 }),
  'not valid for 5 minutes': () => issuer.token({ nbf: seconds() + 300 }),
  'wrong audience': () => issuer.token({ aud: 'studymate-mfa' }),
  'wrong issuer': () => issuer.token({ iss: 'mallory' }),
  'another type': () => issuer.token({}, { typ: 'JWT' }),
  'no session': () => issuer.token({ sid: '' }),
  'changed payload': () =>
    changed(([header, , signature]) => [header, encode({ ...claims, sub: 'us_2' }), signature]),
  'empty signature': () => changed(([header, payload]) => [header, payload, '']),
  'unknown crit': () =>
    changed(([, payload, signature]) => [
      encode({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1', crit: ['x'] }),
      payload,
      signature,
    ]),
  'half a token': async () => (await issuer.token()).split('.').slice(0, 2).join('.'),
  'too long': async () => `${'a'.repeat(9_000)}.b.c`,
};

describe('identity', () => {
  it('vouches for the viewer of a good token, over the exact bytes', async () => {
    const answer = await world.ask('{ guarded }', {
      headers: { ...(await issuer.bearer()), 'user-agent': 'jest' },
    });
    expect(answer).toMatchObject({ data: { guarded: 2 }, errors: undefined });
    expect(callerOfLast()).toEqual({
      requestId: answer.headers.get('x-request-id'),
      ipAddress: '127.0.0.1',
      userAgent: 'jest',
      viewer: {
        id: 'us_1',
        sessionId: 'se_1',
        roles: ['LEARNER'],
        scopes: ['study:read', 'quiz:take'],
        authLevel: 'PASSWORD',
        emailVerified: true,
        locale: 'en',
        timeZone: 'Asia/Seoul',
        dayStartMinutes: 240,
      },
    });
  });

  it('lets nobody be anonymous by force: no token, no viewer', async () => {
    await world.ask('{ open }');
    expect(callerOfLast()).toMatchObject({ viewer: null });
  });

  it.each(Object.keys(forged))('refuses a token: %s', async (name) => {
    const token = await forged[name]?.();
    const before = world.fetches();
    const answer = await world.ask('{ open }', { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(world.fetches()).toBe(before);
    expect(canaryHits).toBe(0);
  });

  it('asks for the key set seldom, whatever kids are made up', async () => {
    const before = issuer.asked();
    for (let kid = 0; kid < 50; kid++) {
      await world.ask('{ open }', {
        headers: { authorization: `Bearer ${await issuer.token({}, { kid: `k${kid}` })}` },
      });
    }
    expect(issuer.asked() - before).toBeLessThanOrEqual(1);
  });

  it('ends with the token', async () => {
    const headers = await issuer.bearer({ exp: seconds() - 4 });
    expect((await world.ask('{ guarded }', { headers })).data).toEqual({ guarded: 2 });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await world.ask('{ guarded }', { headers })).status).toBe(401);
  });

  it('takes no identity from a client', async () => {
    const impostor = {
      'x-user-id': 'us_9',
      'X-Role': 'ADMIN',
      'x-forwarded-user': 'us_9',
      'x-studymate-caller': base64url.encode(JSON.stringify({ requestId: 'x', viewer: { id: 'us_9' } })),
      'x-studymate-signature': 'x',
      'x-forwarded-for': '8.8.8.8',
      'x-real-ip': '8.8.8.8',
      forwarded: 'for=8.8.8.8',
    };
    expect((await world.ask('{ guarded }', { headers: impostor })).data).toEqual({ guarded: null });
    await world.ask('{ open }', { headers: impostor });
    expect(callerOfLast()).toMatchObject({ viewer: null, ipAddress: '127.0.0.1' });
    expect(JSON.stringify(lastRequest().headers)).not.toContain('us_9');
  });

  it('hands on a test clock outside production', async () => {
    await world.ask('{ open }', { headers: { 'x-test-clock': '2030-01-02T03:04:05Z' } });
    expect(callerOfLast()).toMatchObject({ testClock: '2030-01-02T03:04:05.000Z' });
    expect((await world.ask('{ open }', { headers: { 'x-test-clock': 'soon' } })).status).toBe(400);
  });

  it('publishes the key set, and of each key only what is public', async () => {
    const { keys } = (await (await fetch(`${world.url}/.well-known/jwks.json`)).json()) as {
      keys: { kid: string; d?: string }[];
    };
    expect(keys).toMatchObject([{ kid: 'key-1', kty: 'OKP' }]);
    expect(keys[0]).not.toHaveProperty('d');
    expect(createPublicKey({ key: keys[0] as never, format: 'jwk' }).type).toBe('public');
  });
});
