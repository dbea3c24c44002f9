import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { redisUrlOf } from '@studymate/runtime';
import { startKeyIssuer } from '../keys/key-issuer.ts';
import { startIssuer, trusting } from '../tokens.ts';
import { startWorld } from '../world.ts';

const issuer = await startIssuer();
const keys = await startKeyIssuer();
const world = await startWorld({
  subgraphs: ['open', 'closed'].map((name) => ({
    name,
    sdl: `type Query { ${name}: String @authenticated }`,
    resolvers: { Query: { [name]: () => name } },
    cacheControl: () => 'max-age=100, public',
  })),
  config: {
    identity: {
      ...trusting(issuer),
      apiKeys: { prefix: 'smk_', verify: keys.url, reach: { open: { read: true } } },
    },
    signing: true,
    caching: {},
    traffic: { deduplicate: true },
  },
  environment: { REDIS_URL: redisUrlOf(), QUEUE_PREFIX: randomUUID(), SUBGRAPH_SECRET: 's'.repeat(32) },
});

it('never opens to an API key what is kept for its owner and out of its reach', async () => {
  const owner = await issuer.bearer({ sub: 'us_owner' });
  const query = '{ open closed }';
  let age: string | null = null;
  for (let tries = 0; age === null && tries < 50; tries++) {
    age = (await world.ask(query, { headers: owner })).headers.get('age');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(age).not.toBeNull();

  const key = `smk_${randomUUID().replaceAll('-', '')}`;
  keys.held.set(key, { id: `pat_${randomUUID()}` });
  const { data, errors, headers } = await world.ask(query, { headers: { authorization: `Bearer ${key}` } });
  expect(data).toEqual({ open: 'open', closed: null });
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(headers.get('cache-control')).toBe('no-store');
});
