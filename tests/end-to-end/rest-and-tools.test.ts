import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ViewerDocument } from '@studymate/client';
import { print } from 'graphql';
import { joinSharedHouse } from './shared-house.ts';

const house = await joinSharedHouse();
const login = house.logins.find(({ role }) => role.toUpperCase() === 'LEARNER') ?? house.logins[0];

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function send(
  method: string,
  path: string,
  options: { body?: object; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const response = await fetch(`${house.urls.gateway}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.body ? { body: JSON.stringify(options.body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

const signIn = (password: string) =>
  send('POST', '/v1/sessions', { body: { email: login?.email, password } });
const tokens = await signIn(login?.password ?? '');
const bearer = { authorization: `Bearer ${String(tokens.body.accessToken)}` };

describe('the REST face of a started house', () => {
  it('signs in, reads and writes', async () => {
    expect(tokens).toMatchObject({ status: 201, body: { __typename: 'AuthTokens' } });
    expect((await send('GET', '/v1/me', { headers: bearer })).body).toMatchObject({ email: login?.email });
    const title = `REST ${randomUUID()}`;
    const create = { body: { title }, headers: { ...bearer, 'idempotency-key': randomUUID() } };
    const created = await send('POST', '/v1/subjects', create);
    expect(created).toMatchObject({ status: 201, body: { title } });
    expect((await send('POST', '/v1/subjects', create)).body.id).toBe(created.body.id);
    expect((await send('GET', '/v1/plans')).status).toBe(200);
  });

  it('tells failures as problems', async () => {
    expect(await signIn('not the password')).toMatchObject({
      status: 401,
      body: { code: 'INVALID_CREDENTIALS' },
    });
    expect(await send('GET', '/v1/me')).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    const untitled = { body: { title: '' }, headers: { ...bearer, 'idempotency-key': randomUUID() } };
    expect(await send('POST', '/v1/subjects', untitled)).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION' },
    });
    expect(await send('GET', '/v1/attempts/nothing', { headers: bearer })).toMatchObject({ status: 404 });
  });
});

describe('registered operations of a started house', () => {
  it("are asked for by the hash of the client's text", async () => {
    const documentId = `sha256:${createHash('sha256').update(print(ViewerDocument)).digest('hex')}`;
    const headers = { ...bearer, 'apollographql-client-name': 'studymate-client' };
    const { body } = await send('POST', '/graphql', { body: { documentId }, headers });
    expect(body).toMatchObject({ data: { viewer: { email: login?.email } } });
  });

  it('are tools', async () => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_dashboard' } };
    const { body } = await send('POST', '/mcp', { body: call, headers: bearer });
    expect(body).toMatchObject({
      result: { isError: false, structuredContent: { viewer: { id: expect.any(String) } } },
    });
  });
});
