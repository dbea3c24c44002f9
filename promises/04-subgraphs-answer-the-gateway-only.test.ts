import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Caller, domainPorts, newId } from '@studymate/contracts';
import { createRequestVerifier, signRequest } from '@studymate/runtime';
import { signInAs } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { describeSilence, isFull, joinRecordedHouse } from './recorded-house.ts';

const house = await joinRecordedHouse();
const token = await signInAs(house, 'ADMIN');
const { secret } = house;
const urlOf = (name: string) =>
  `http://127.0.0.1:${house.site.ports.environment[`${name.toUpperCase()}_PORT`]}/graphql`;

const callerOf = (viewerId: string): Caller => ({
  viewer: {
    id: viewerId,
    roles: ['ADMIN'],
    scopes: [],
    sessionId: newId('Session'),
    authLevel: 'PASSWORD',
    emailVerified: true,
    locale: 'en',
    timeZone: 'UTC',
    dayStartMinutes: 240,
  },
  requestId: randomUUID(),
});
const caller = callerOf(newId('User'));
const encoded = (claims: Caller) => Buffer.from(JSON.stringify(claims)).toString('base64url');

const bodies = [
  { query: '{ __typename }' },
  { query: '{ _service { sdl } }' },
  { query: 'mutation { __typename }' },
  {
    query: 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }',
    variables: { of: [{ __typename: 'User', id: newId('User') }] },
  },
].map((body) => JSON.stringify(body));

async function post(url: string, body: string, headers: Record<string, string>) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'apollo-federation-include-trace': 'ftv1', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** A request that was good at that instant, as somebody on the wire has seen it. */
function recordedAt(ageMs: number, body: string): Record<string, string> {
  const now = Date.now;
  Date.now = () => now() - ageMs;
  const headers = signRequest(secret, caller, body);
  Date.now = now;
  return headers;
}

const forgeries: Readonly<Record<string, (body: string) => Record<string, string>>> = {
  'no signature': () => ({}),
  "a user's access token": () => ({ authorization: `Bearer ${token}` }),
  'claims alone': () => ({ 'x-studymate-caller': encoded(caller), 'x-sm-claims': encoded(caller) }),
  'an empty signature': (body) => ({ ...signRequest(secret, caller, body), 'x-studymate-signature': '' }),
  "another's signature": (body) =>
    signRequest('somebody else, who would like to be the gateway', caller, body),
  'one byte of the body changed': (body) => signRequest(secret, caller, body.replace('{', '[')),
  'one byte of the body more': (body) => signRequest(secret, caller, `${body} `),
  'claims swapped': (body) => ({
    ...signRequest(secret, caller, body),
    'x-studymate-caller': encoded(callerOf(newId('User'))),
  }),
  'a recording of 6 s ago': (body) => recordedAt(6_000, body),
  'a clock 5 minutes behind': (body) => recordedAt(300_000, body),
  'a clock 5 minutes ahead': (body) => recordedAt(-300_000, body),
  'a timestamp made young again': (body) => ({
    ...recordedAt(6_000, body),
    'x-studymate-timestamp': `${Date.now()}`,
  }),
};

describe('a subgraph', () => {
  it('would believe these signatures, were they good', () => {
    const [body = ''] = bodies;
    expect(createRequestVerifier(secret)(signRequest(secret, caller, body), body)).toEqual(caller);
  });

  it.each(Object.keys(domainPorts))('%s answers 401 to everybody but the gateway', async (name) => {
    const url = urlOf(name);
    for (const body of bodies) {
      for (const [forgery, headersFor] of Object.entries(forgeries)) {
        const { status, text } = await post(url, body, headersFor(body));
        expect({ forgery, status }).toEqual({ forgery, status: 401 });
        expect(text).not.toMatch(/"data"|ftv1/);
      }
      const signed = signRequest(secret, caller, body);
      expect(await post(url, body, signed)).not.toMatchObject({ status: 401 });
      expect(await post(url, body, signed)).toMatchObject({ status: 401 });
    }
    expect((await fetch(`${url}?query={__typename}`)).status).toBeGreaterThanOrEqual(400);
  });

  (isFull ? it : it.skip)(
    'forgets nobody: a request seen before is refused 6 s later too',
    async () => {
      const [body = ''] = bodies;
      const seen = await Promise.all(
        Object.keys(domainPorts).map(async (name) => {
          const signed = signRequest(secret, caller, body);
          expect((await post(urlOf(name), body, signed)).status).toBe(200);
          return { name, signed };
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      for (const { name, signed } of seen) expect((await post(urlOf(name), body, signed)).status).toBe(401);
    },
    60_000,
  );
});

describe('the gateway', () => {
  const claims = encoded(caller);
  const names = [
    'x-user-id',
    'X-User-Id',
    'x-role',
    'X-ROLE',
    'x-sm-claims',
    'x-forwarded-user',
    'X-Forwarded-User',
    'x-studymate-caller',
    'x-studymate-signature',
  ];

  it.each([null, 'a token'])('takes no identity from headers, with %s', async (with_) => {
    const authorization: Record<string, string> = with_ === null ? {} : { authorization: `Bearer ${token}` };
    const ask = async (headers: [string, string][]) => {
      const response = await fetch(house.places.gateway, {
        method: 'POST',
        headers: [['content-type', 'application/json'], ...Object.entries(authorization), ...headers],
        body: JSON.stringify({ query: '{ viewer { id roles } }' }),
      });
      return (await response.text()).replace(/"requestId":"[^"]*"/g, '');
    };
    const plain = await ask([]);
    for (const name of names) {
      for (const value of ['ADMIN', claims, newId('User')]) {
        expect(await ask([[name, value]])).toBe(plain);
        expect(
          await ask([
            [name, value],
            [name, value],
          ]),
        ).toBe(plain);
      }
    }
    const { data } = await postGraphql(house.places.gateway, { token, query: '{ viewer { id } }' });
    expect(plain.includes('"viewer":null')).toBe(with_ === null);
    expect(data?.viewer).not.toBeNull();
  });
});

describeSilence(house);
