import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { joinSharedHouse } from './shared-house.ts';

const house = await joinSharedHouse();
const login = house.logins.find(({ role }) => role.toUpperCase() === 'LEARNER') ?? house.logins[0];

type Body = Readonly<Record<string, unknown>>;

async function send(
  path: string,
  { body, headers }: { body?: object; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${house.urls.gateway}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as Body };
}

const tokens = await send('/v1/sessions', { body: { email: login?.email, password: login?.password } });
const session = { authorization: `Bearer ${String(tokens.body.accessToken)}` };

const ask = async (query: string, headers: Record<string, string>, variables: object = {}) => {
  const { body } = await send('/graphql', { body: { query, variables }, headers });
  return body as { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] };
};

const createKey = `mutation ($scopes: [String!]!) { createAccessToken(name: "laptop", scopes: $scopes) {
  ... on CreatedAccessToken { secret accessToken { id } } ... on UserError { code } } }`;

async function someKey(scopes: readonly string[]) {
  const { data } = await ask(createKey, session, { scopes });
  return data?.createAccessToken as { secret: string; accessToken: { id: string } };
}

const subjectBody = () => ({ title: `Key ${randomUUID()}` });

describe('an API key in a started house', () => {
  it('reads what its owner reads, by GraphQL, REST and tools', async () => {
    const { secret } = await someKey(['study:read']);
    const key = { 'x-api-key': secret };
    expect((await ask('{ viewer { email } }', key)).data).toEqual({ viewer: { email: login?.email } });
    const me = await send('/v1/me', { headers: { authorization: `Bearer ${secret}` } });
    expect(me.body).toMatchObject({ email: login?.email });
    expect(me.headers.get('ratelimit-policy')).toMatch(/^"key";q=\d+;w=60, "day";q=\d+;w=86400/);
    const call = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'get_learner', arguments: {} },
    };
    expect((await send('/mcp', { body: call, headers: key })).text).toContain(String(login?.email));
  });

  it('writes with the scope to write, and is kept from what no key reaches', async () => {
    const [reader, writer] = [await someKey(['study:read']), await someKey(['study:read', 'study:write'])];
    const create = (secret: string) =>
      send('/v1/subjects', {
        body: subjectBody(),
        headers: { 'x-api-key': secret, 'idempotency-key': randomUUID() },
      });
    expect(await create(reader.secret)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await create(writer.secret)).status).toBe(201);
    const billing = await send('/v1/me/billing', { headers: { 'x-api-key': writer.secret } });
    expect(billing).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const { errors } = await ask(createKey, { 'x-api-key': writer.secret }, { scopes: ['study:read'] });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is refused within 2 s of being revoked, with a problem', async () => {
    const { secret, accessToken } = await someKey(['study:read']);
    const me = () => send('/v1/me', { headers: { 'x-api-key': secret } });
    expect((await me()).status).toBe(200);
    const revoke = 'mutation ($id: ID!) { revokeAccessToken(id: $id) { __typename } }';
    expect((await ask(revoke, session, { id: accessToken.id })).data).toEqual({
      revokeAccessToken: { __typename: 'Acknowledgement' },
    });
    const revokedAt = performance.now();
    let answer = await me();
    let lastSuccess = answer.status === 200 ? performance.now() : revokedAt;
    while (answer.status === 200 && performance.now() - revokedAt < 20_000) {
      answer = await me();
      if (answer.status === 200) lastSuccess = performance.now();
    }
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED', status: 401 } });
    expect(lastSuccess - revokedAt).toBeLessThan(2_000);
  });

  it('stands in the description of the REST face', async () => {
    const { components, security } = (await send('/v1/openapi.json')).body;
    expect(components).toMatchObject({
      securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
    });
    expect(security).toContainEqual({ apiKey: [] });
  });
});
