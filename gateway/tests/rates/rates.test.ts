import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { redisUrlOf } from '@studymate/runtime';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const issuer = await startIssuer();
const subgraphs = [{ name: 'a', sdl: 'type Query { id: Int }', resolvers: { Query: { id: () => 1 } } }];
const config = {
  identity: trusting(issuer),
  rates: { viewer: { requests: 20, seconds: 60 }, address: { requests: 5, seconds: 60 } },
};
const proxies = { TRUSTED_PROXIES: '127.0.0.1' };
const shared = { ...proxies, REDIS_URL: redisUrlOf() };
const one = await startWorld({ subgraphs, config, environment: shared });
const other = await startWorld({ subgraphs, config, environment: shared });
const alone = await startWorld({
  subgraphs,
  config,
  environment: { ...proxies, REDIS_URL: 'redis://127.0.0.1:21198' },
});

/** The tests must not run across a window's edge, where a share of what was before still counts. */
const awayFromEdge = async () => {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 8_000) await new Promise((resolve) => setTimeout(resolve, left + 100));
};
const someone = () => issuer.bearer({ sub: randomUUID() });
const somewhere = () => ({
  'x-forwarded-for': `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 250)).join('.')}`,
});

describe('rates', () => {
  it('are exact over two gateways and in a burst, and hold nobody else back', async () => {
    await awayFromEdge();
    const headers = await someone();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).ask('{ id }', { headers })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.errors?.[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: expect.any(Number),
    });
    expect(Number(refused?.headers.get('retry-after'))).toBe(
      refused?.errors?.[0]?.extensions.retryAfterSeconds,
    );
    expect((await one.ask('{ id }', { headers: await someone() })).status).toBe(200);
  }, 90_000);

  it('tell what is left', async () => {
    await awayFromEdge();
    const headers = await someone();
    await one.ask('{ id }', { headers });
    const answer = await other.ask('{ id }', { headers });
    expect(answer.headers.get('ratelimit-limit')).toBe('20');
    expect(answer.headers.get('ratelimit-remaining')).toBe('18');
    expect(Number(answer.headers.get('ratelimit-reset'))).toBeGreaterThan(0);
  }, 90_000);

  it.each([
    ['shared', one],
    ['held alone while Redis is away', alone],
  ])(
    'go by address for nobody in particular: %s',
    async (_name, world) => {
      await awayFromEdge();
      const headers = somewhere();
      const statuses: number[] = [];
      for (let count = 0; count < 7; count++) statuses.push((await world.ask('{ id }', { headers })).status);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
      expect((await world.ask('{ id }', { headers: somewhere() })).status).toBe(200);
    },
    90_000,
  );
});
