import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { Health } from '@studymate/runtime';
import { startWorld } from '../world.ts';

const deep =
  'type Query { a: Int node: Node text(value: String): String } type Node { next: Node value: Int }';
const resolvers = {
  Query: { a: () => 1, node: () => ({}), text: (_root: unknown, { value }: { value: string }) => value },
};
const limits = { depth: 10, aliases: 20, rootFields: 15, tokens: 1_000, directives: 20, fields: 200 };
const world = await startWorld({
  subgraphs: [{ name: 'a', sdl: deep, resolvers }],
  config: {
    limits,
    bodyLimit: 20_000,
    passThrough: { 'POST /webhooks/payments': { subgraph: 'a', path: '/webhooks/payments' } },
  },
});
const production = await startWorld({
  subgraphs: [{ name: 'a', sdl: deep, resolvers }],
  environment: { NODE_ENV: 'production' },
});

const post = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  url = world.url,
) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const postQuery = (query: string, url = world.url) => post(JSON.stringify({ query }), {}, url);

async function expectRefusal(response: Response, status: number, code?: string): Promise<void> {
  expect(response.headers.get('content-type')).toMatch(/json/);
  const { errors } = (await response.json()) as {
    errors: { extensions: { code: string; requestId?: string } }[];
  };
  expect({ status: response.status, code: errors[0]?.extensions.code }).toEqual({
    status,
    code: code ?? errors[0]?.extensions.code,
  });
  expect(errors[0]?.extensions.requestId).toBe(response.headers.get('x-request-id'));
}

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const nested = (levels: number) => `{ node ${'{ next '.repeat(levels)} { value } ${'}'.repeat(levels)} }`;
const doubling = `{ node { ...f0 } } ${repeat(24, (index) => `fragment f${index} on Node { a: next { ...f${index + 1} } b: next { ...f${index + 1} } }`)} fragment f24 on Node { value }`;

describe('the HTTP edge', () => {
  it.each([
    ['bad JSON', '{"query":', {}, 400],
    ['no query', '{}', {}, 400],
    ['a batch', '[{"query":"{a}"}]', {}, 400],
    ['a body too large', JSON.stringify({ query: `{a} # ${'x'.repeat(30_000)}` }), {}, 413],
    ['a form', 'query={a}', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['plain text', '{"query":"{a}"}', { 'content-type': 'text/plain' }, 400],
    ['UTF-16', '{"query":"{a}"}', { 'content-type': 'application/json; charset=utf-16' }, 415],
    ['a zip', new Uint8Array(gzipSync('{"query":"{a}"}')), { 'content-encoding': 'gzip' }, 415],
    ['a deep array', `${'['.repeat(9_000)}${']'.repeat(9_000)}`, {}, 400],
    ['a NUL', '{"query":"{ text(value: \\"x\\") }","variables":{"v":"\\u0000"}}', {}, 400],
    ['half a surrogate', '{"query":"{a}","variables":{"v":["\\ud800"]}}', {}, 400],
    ['an unknown operation', '{"query":"query A {a}","operationName":"B"}', {}, 400],
    ['two unnamed operations', '{"query":"{a} {a}"}', {}, 400],
  ])('refuses %s in JSON', async (_name, body, headers, status) => {
    await expectRefusal(await post(body, headers as Record<string, string>), status);
  });

  it.each([
    ['depth', nested(20)],
    ['aliases', `{ ${repeat(21, (index) => `a${index}: a`)} }`],
    ['root fields', `{ ${repeat(16, () => 'a')} }`],
    ['tokens', `{ ${repeat(1_001, () => 'a')} }`],
    ['directives', `{ a ${repeat(21, () => '@include(if: true)')} }`],
    ['doubling fragments', doubling],
    ['inline fragments', `{ node { ${repeat(250, () => '... { value }')} } }`],
  ])('refuses too much of %s before it costs', async (_name, query) => {
    const before = world.fetches();
    await expectRefusal(await postQuery(query), 400, 'OPERATION_TOO_COMPLEX');
    expect(world.fetches()).toBe(before);
  });

  it('refuses a circular fragment', async () => {
    await expectRefusal(await postQuery('{ node { ...f } } fragment f on Node { next { ...f } }'), 400);
  });

  it('echoes few errors', async () => {
    const { errors } = (await (await postQuery(`{ ${repeat(15, (index) => `x${index}`)} }`)).json()) as {
      errors: unknown[];
    };
    expect(errors.length).toBeLessThanOrEqual(6);
  });

  it('holds to the CSRF rules on GET', async () => {
    const get = (headers: Record<string, string>) => fetch(`${world.url}/graphql?query={a}`, { headers });
    await expectRefusal(await get({}), 400);
    expect(await (await get({ 'apollo-require-preflight': '1' })).json()).toEqual({ data: { a: 1 } });
    await expectRefusal(
      await fetch(`${world.url}/graphql?query={a}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
      }),
      405,
    );
    await expectRefusal(
      await fetch(`${world.url}/graphql?query={a}`, { headers: { 'content-type': 'message/x' } }),
      415,
    );
  });

  it('answers what is unknown in JSON too', async () => {
    const response = await fetch(`${world.url}/nowhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  it('keeps a sane request id and replaces any other', async () => {
    const given = await post('{"query":"{a}"}', { 'x-request-id': 'from-the-client-1' });
    expect(given.headers.get('x-request-id')).toBe('from-the-client-1');
    expect(
      (await post('{"query":"{a}"}', { 'x-request-id': '<script>' })).headers.get('x-request-id'),
    ).toMatch(/^[\w-]{36}$/);
    expect(world.subgraphs.a?.received.at(-2)?.headers['x-request-id']).toBe('from-the-client-1');
  });

  it('answers invalid HTTP in JSON', async () => {
    const port = Number(new URL(world.url).port);
    const raw = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (data) => resolve(data.toString()));
    });
    expect(raw).toMatch(/^HTTP\/1\.1 400[\s\S]*application\/json[\s\S]*BAD_USER_INPUT/);
  });

  it('chooses the media type of the result', async () => {
    const both = { accept: 'application/graphql-response+json, application/json;q=0.9' };
    for (let round = 0; round < 2; round++) {
      expect((await post('{"query":"{a}"}', both)).headers.get('content-type')).toMatch(
        /^application\/graphql-response\+json/,
      );
      expect((await post('{"query":"{a}"}')).headers.get('content-type')).toMatch(/^application\/json/);
    }
    await expectRefusal(await post('{"query":"{a}"}', { accept: 'text/html' }), 406);
  });

  it('passes a webhook through byte for byte', async () => {
    const body = '{ "id":  "evt_1",\n "ünïcode": "✓" }';
    await fetch(`${world.url}/webhooks/payments`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'stripe-signature': 't=1,v1=x',
        'x-studymate-caller': 'forged',
      },
      body,
    });
    const headers = world.subgraphs.a?.received.at(-1)?.headers;
    expect(headers?.['x-raw-body']).toBe(body);
    expect(headers?.['stripe-signature']).toBe('t=1,v1=x');
    expect(headers).not.toHaveProperty('x-studymate-caller');
  });

  it('tells the health of what it depends on, and not where that is', async () => {
    const health = async () => (await (await fetch(`${world.url}/health/`)).json()) as Health;
    const { checks } = await health();
    expect(checks.a).toBe('up');
    const subgraph = world.subgraphs.a;
    if (!subgraph) throw new Error('There is no subgraph a.');
    subgraph.mode = 'hang';
    try {
      const deadline = Date.now() + 10_000;
      let seen = await health();
      while (seen.checks.a === 'up' && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        seen = await health();
      }
      expect(seen).toMatchObject({ status: 'degraded', checks: { a: 'down' } });
      expect(JSON.stringify(seen)).not.toMatch(/\d|:\/\//);
      expect((await fetch(`${world.url}/live/`)).status).toBe(200);
    } finally {
      subgraph.mode = 'answer';
    }
  });

  it('serves health, readiness, metrics and an explorer that needs no network', async () => {
    for (const path of ['/health', '/health/', '/ready', '/ready/'])
      expect((await fetch(`${world.url}${path}`)).status).toBe(200);
    expect(await (await fetch(`${world.url}/metrics`)).text()).toContain('gateway_requests_total');
    expect(await (await fetch(`${world.url}/sandbox`)).text()).toContain('/sandbox/explorer');
    const explorer = await (await fetch(`${world.url}/sandbox/explorer`)).text();
    expect(explorer.length).toBeGreaterThan(1_000_000);
    const redirect = await fetch(`${world.url}/graphql`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/sandbox']);
  });

  it('tells nothing in production', async () => {
    await expectRefusal(await postQuery('{ __schema { types { name } } }', production.url), 400);
    const wrong = await (await postQuery('{ aa }', production.url)).text();
    expect(wrong).not.toMatch(/Did you mean|stacktrace|\.ts|node_modules/);
    expect((await fetch(`${production.url}/sandbox`)).status).toBe(404);
    const clock = await post('{"query":"{a}"}', { 'x-test-clock': '2030-01-01T00:00:00Z' }, production.url);
    await expectRefusal(clock, 400);
    expect((await postQuery('{ a }', production.url)).headers.get('strict-transport-security')).toContain(
      '31536000',
    );
  });

  it('finishes a request under way', async () => {
    const response = await new Promise<number | undefined>((resolve) => {
      const request = httpRequest(
        `${world.url}/graphql`,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      request.write('{"query":');
      setTimeout(() => request.end('"{a}"}'), 100);
    });
    expect(response).toBe(200);
  });
});
