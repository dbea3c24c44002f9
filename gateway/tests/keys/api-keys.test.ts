import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { redisUrlOf } from '@studymate/runtime';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';
import { type HeldKey, startKeyIssuer } from './key-issuer.ts';

const issuer = await startIssuer();
const keys = await startKeyIssuer();
const resolvers = {
  Query: {
    whoami: () => 'somebody',
    open: () => 'open',
    scoped: () => 'scoped',
  },
  Mutation: { write: () => true },
};
const subgraphs = [
  {
    name: 'a',
    sdl: 'type Query { whoami: String @authenticated open: String scoped: String @requiresScopes(scopes: [["quiz:take"]]) } type Mutation { write: Boolean }',
    resolvers,
  },
  { name: 'closed', sdl: 'type Query { secret: String }', resolvers: { Query: { secret: () => 'secret' } } },
];
const world = await startWorld({
  subgraphs,
  config: {
    identity: {
      ...trusting(issuer),
      apiKeys: { prefix: 'smk_', verify: keys.url, reach: { a: { read: true, write: 'study:write' } } },
    },
    signing: true,
    rates: { viewer: { requests: 1_000, seconds: 60 }, address: { requests: 30, seconds: 3_600 } },
    quota: { day: 3, month: 5 },
    plans: {
      steady: { quota: { day: 1_000, month: 1_000 } },
      partner: { quota: { day: 1_000 }, rates: { key: { requests: 2, seconds: 3_600 } } },
    },
  },
  environment: {
    REDIS_URL: redisUrlOf(),
    TRUSTED_PROXIES: '127.0.0.1',
    SUBGRAPH_SECRET: 'a secret of thirty-two characters!',
  },
});

function someKey(more: Partial<HeldKey> = {}): string {
  const key = `smk_${randomUUID().replaceAll('-', '')}`;
  keys.held.set(key, { id: `pat_${randomUUID()}`, ...more });
  return key;
}
const somewhere = () => ({
  'x-forwarded-for': `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 250)).join('.')}`,
});
const holding = (key: string) => ({ authorization: `Bearer ${key}`, ...somewhere() });
const outcome = async (query: string, headers: Record<string, string>) => {
  const { status, data, errors } = await world.ask(query, { headers });
  return [status, data ?? null, errors?.[0]?.extensions.code ?? null];
};

describe('an API key', () => {
  it.each([
    ['Authorization', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['X-API-Key', (key: string) => ({ 'x-api-key': key })],
  ])('in %s makes the request its owner’s, with its own scopes', async (_header, headersOf) => {
    const key = someKey();
    const { data } = await world.ask('{ whoami scoped }', { headers: { ...headersOf(key), ...somewhere() } });
    const told = world.subgraphs.a?.received.at(-1)?.headers['x-studymate-caller'];
    const caller: { viewer: object } = JSON.parse(Buffer.from(String(told), 'base64url').toString());
    expect(caller.viewer).toMatchObject({ id: 'us_owner', scopes: ['study:read'], roles: [] });
    expect(data?.scoped).toBeNull();
    expect(await outcome('{ scoped }', holding(someKey({ scopes: ['quiz:take'] })))).toEqual([
      200,
      { scoped: 'scoped' },
      null,
    ]);
  });

  it('reaches what its scopes open and nothing else', async () => {
    expect(await outcome('{ open secret }', holding(someKey()))).toEqual([
      200,
      { open: 'open', secret: null },
      'FORBIDDEN',
    ]);
    expect((await outcome('mutation { write }', holding(someKey())))[2]).toBe('FORBIDDEN');
    expect(await outcome('mutation { write }', holding(someKey({ scopes: ['study:write'] })))).toEqual([
      200,
      { write: true },
      null,
    ]);
    expect((await outcome('{ secret }', await issuer.bearer()))[1]).toEqual({ secret: 'secret' });
  });

  it('that nobody issued, or that is over, is refused', async () => {
    const over = someKey({ expiresAt: '2020-01-01T00:00:00Z' });
    for (const key of [over, `smk_${'x'.repeat(32)}`, 'smk_short', 'smk_<script>'])
      expect(await outcome('{ open }', { 'x-api-key': key, ...somewhere() })).toEqual([
        401,
        null,
        'UNAUTHENTICATED',
      ]);
    const token = await issuer.token();
    expect(await outcome('{ open }', { 'x-api-key': token, ...somewhere() })).toEqual([
      401,
      null,
      'UNAUTHENTICATED',
    ]);
  });

  it('ends within 2 s of its issuer’s word, and is not asked for each time', async () => {
    const key = someKey({ plan: 'steady' });
    const before = keys.state.asked;
    expect((await outcome('{ open }', holding(key)))[0]).toBe(200);
    expect((await outcome('{ open }', holding(key)))[0]).toBe(200);
    expect(keys.state.asked - before).toBe(1);
    keys.held.delete(key);
    const endedAt = Date.now();
    let status: unknown = 200;
    while (status === 200 && Date.now() - endedAt < 10_000) {
      [status] = await outcome('{ open }', holding(key));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(status).toBe(401);
  });

  it('stays good for a minute while its issuer is away; one that is not known has to wait', async () => {
    const key = someKey({ plan: 'partner' });
    expect((await outcome('{ open }', holding(key)))[0]).toBe(200);
    keys.state.isAway = true;
    try {
      await new Promise((resolve) => setTimeout(resolve, 1_600));
      expect((await outcome('{ open }', holding(key)))[0]).toBe(200);
      expect(await outcome('{ open }', holding(someKey()))).toEqual([503, null, 'UPSTREAM_UNAVAILABLE']);
    } finally {
      keys.state.isAway = false;
    }
  });

  it('made up many times over is not asked for without end', async () => {
    const from = somewhere();
    const before = keys.state.asked;
    const statuses = new Map<number, number>();
    for (let count = 0; count < 40; count++) {
      const { status } = await world.ask('{ open }', {
        headers: { ...from, 'x-api-key': `smk_${randomUUID().replaceAll('-', '')}` },
      });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    const passed = statuses.get(401) ?? 0;
    // What Redis is too late for is counted in memory, apart: on a busy machine a few more than 30 may pass.
    expect(passed).toBeGreaterThanOrEqual(30);
    expect(passed).toBeLessThanOrEqual(36);
    expect(statuses.get(429)).toBe(40 - passed);
    expect(keys.state.asked - before).toBe(passed);
  });
});

describe('a quota', () => {
  it('is counted for each key, told in headers, and ends with the day', async () => {
    const [key, other] = [someKey(), someKey()];
    const first = await world.ask('{ open }', { headers: holding(key) });
    expect(first.headers.get('ratelimit-policy')).toMatch(/"day";q=3;w=86400, "month";q=5;w=\d+/);
    expect(first.headers.get('ratelimit')).toMatch(/"day";r=2;t=\d+, "month";r=4;t=\d+/);
    for (let count = 0; count < 2; count++) await world.ask('{ open }', { headers: holding(key) });
    const refused = await world.ask('{ open }', { headers: holding(key) });
    expect([refused.status, refused.errors?.[0]?.extensions]).toMatchObject([
      429,
      { code: 'QUOTA_EXCEEDED', policy: 'day' },
    ]);
    const untilMidnight = (86_400_000 - (Date.now() % 86_400_000)) / 1000;
    expect(Math.abs(Number(refused.headers.get('retry-after')) - untilMidnight)).toBeLessThan(5);
    expect((await world.ask('{ open }', { headers: holding(other) })).status).toBe(200);
  });

  it('and the rate of a key go by its plan', async () => {
    const key = someKey({ plan: 'partner' });
    const answers = [];
    for (let count = 0; count < 3; count++)
      answers.push(await world.ask('{ open }', { headers: holding(key) }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toContain('"key";q=2;w=3600, "day";q=1000;w=86400');
    expect(answers[2]?.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', policy: 'key' });
  });
});
