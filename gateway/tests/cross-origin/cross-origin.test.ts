import { describe, expect, it } from '@jest/globals';
import { startWorld } from '../world.ts';

const subgraphs = [{ name: 'a', sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } }];
const own = 'https://app.example.com';
const world = await startWorld({ subgraphs, config: { cors: { origins: [own, 'http://localhost:3000'] } } });
const production = await startWorld({
  subgraphs,
  config: { cors: {} },
  environment: {
    NODE_ENV: 'production',
    CORS_ORIGINS: `${own}, http://localhost:3000`,
    TRUSTED_PROXIES: '127.0.0.1',
  },
});
const open = await startWorld({ subgraphs, config: { cors: { origins: ['*'] } } });
const closed = await startWorld({ subgraphs });

const ask = (url: string, headers: Record<string, string>) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"query":"{a}"}',
  });
const preflight = (url: string, origin: string) =>
  fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

const foreign = [
  'https://evil.example',
  'null',
  `${own}.evil.example`,
  'https://evil-app.example.com',
  'https://app.example.com:8443',
  'http://app.example.com',
  'https://app.example.com@evil.example',
  'https://APP.example.com.',
  'file://',
];

describe('pages of other origins', () => {
  it('may ask from where the configuration says, and read what they need', async () => {
    const response = await ask(world.url, { origin: own });
    expect(await response.json()).toEqual({ data: { a: 1 } });
    expect(allowed(response)).toBe(own);
    expect(response.headers.get('vary')).toContain('origin');
    expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id');
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('are told so before they ask', async () => {
    const response = await preflight(world.url, own);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': own,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-max-age': '7200',
    });
  });

  it.each(foreign)('are refused from %s, before anything is fetched', async (origin) => {
    const before = world.fetches();
    for (const response of [await ask(world.url, { origin }), await preflight(world.url, origin)]) {
      expect(response.status).toBe(403);
      expect(allowed(response)).toBeNull();
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    }
    expect(world.fetches()).toBe(before);
  });

  it('may be pages of the gateway itself, and what is no page says no origin', async () => {
    expect((await ask(world.url, { origin: new URL(world.url).origin })).status).toBe(200);
    expect((await ask(world.url, {})).status).toBe(200);
  });

  it('need TLS in production', async () => {
    expect(allowed(await ask(production.url, { origin: own }))).toBe(own);
    expect((await ask(production.url, { origin: 'http://localhost:3000' })).status).toBe(403);
    expect(allowed(await ask(world.url, { origin: 'http://localhost:3000' }))).toBe('http://localhost:3000');
  });

  it('may come from anywhere where the configuration says so', async () => {
    expect(allowed(await ask(open.url, { origin: 'https://anywhere.example' }))).toBe('*');
  });

  it('can read nothing where nothing is configured', async () => {
    const response = await ask(closed.url, { origin: own });
    expect([response.status, allowed(response)]).toEqual([200, null]);
    expect(allowed(await preflight(closed.url, own))).toBeNull();
  });
});

describe('what reached the proxy without TLS', () => {
  it.each(['http', 'https, http', 'ws'])(
    'is refused in production, and not redirected: %s',
    async (proto) => {
      const response = await ask(production.url, { 'x-forwarded-proto': proto });
      expect([response.status, response.headers.has('location')]).toEqual([403, false]);
    },
  );

  it('is answered when it came with TLS, and while developing', async () => {
    expect((await ask(production.url, { 'x-forwarded-proto': 'https' })).status).toBe(200);
    expect((await ask(world.url, { 'x-forwarded-proto': 'http' })).status).toBe(200);
  });
});

describe('a configuration', () => {
  it.each(['app.example.com', 'https://app.example.com/', 'https://*.example.com', 'null'])(
    'with the origin %s does not start',
    async (origin) => {
      await expect(startWorld({ subgraphs, config: { cors: { origins: [origin] } } })).rejects.toThrow(
        'must be an origin',
      );
    },
  );
});
