import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { redisUrlOf } from '@studymate/runtime';
import { Redis } from 'ioredis';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const redisUrl = redisUrlOf();
const redis = new Redis(redisUrl);
afterAll(() => redis.disconnect());
const issuer = await startIssuer();
const subgraphs = [
  { name: 'a', sdl: 'type Query { id: Int @authenticated }', resolvers: { Query: { id: () => 1 } } },
];
const config = { identity: trusting(issuer), sessions: true };
const one = await startWorld({ subgraphs, config, environment: { REDIS_URL: redisUrl } });
const other = await startWorld({ subgraphs, config, environment: { REDIS_URL: redisUrl } });
const alone = await startWorld({ subgraphs, config, environment: { REDIS_URL: 'redis://127.0.0.1:21199' } });

const end = async (sessionId: string, tell: boolean) => {
  await redis.set(`{session}:revoked:${sessionId}`, '1', 'EX', 60);
  if (tell) await redis.publish('session-revoked', sessionId);
};

describe('ended sessions', () => {
  it.each([
    ['told', true],
    ['not told', false],
  ])('are over within 2 s at every gateway, %s', async (_name, tell) => {
    const sid = randomUUID();
    const headers = await issuer.bearer({ sid });
    for (const world of [one, other])
      expect((await world.ask('{ id }', { headers })).data).toEqual({ id: 1 });
    await end(sid, tell);
    await new Promise((resolve) => setTimeout(resolve, tell ? 100 : 1_700));
    for (const world of [one, other]) expect((await world.ask('{ id }', { headers })).status).toBe(401);
  });

  it('are known at first sight of their token', async () => {
    const sid = randomUUID();
    await end(sid, false);
    expect((await one.ask('{ id }', { headers: await issuer.bearer({ sid }) })).status).toBe(401);
  });

  it('do not stop reads while Redis is away', async () => {
    const startedAt = performance.now();
    expect((await alone.ask('{ id }', { headers: await issuer.bearer() })).data).toEqual({ id: 1 });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});
