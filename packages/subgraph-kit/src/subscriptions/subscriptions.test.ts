import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { connectQuiz, type QuizDatabase } from '@studymate/database/quiz';
import { createLogger, readSecret, signRequest } from '@studymate/runtime';
import { someViewer, testDatabase, testRedisUrl } from '@studymate/testkit';
import { parse } from 'graphql';
import { contextFactory, type SubgraphContext } from '../context.ts';
import { startOutboxRelay } from '../relay.ts';
import { startSubgraph } from '../server.ts';
import { createTicks } from './ticks.ts';

interface Context extends SubgraphContext<Context> {
  readonly database: QuizDatabase;
}

const postgres = await testDatabase('quiz');
const database = connectQuiz(postgres.url);
const createContext = contextFactory<QuizDatabase, object, Context>((inner, base) => ({
  ...base,
  database: inner,
}));
const relay = startOutboxRelay({
  domain: 'quiz',
  database,
  redisUrl: testRedisUrl(),
  logger: createLogger('test'),
});
const system = () => createContext({ database, resources: {}, viewer: null, afterCommit: relay.wake });

let version: number;
beforeEach(() => {
  version = 1;
});
const schema = buildSubgraphSchema({
  typeDefs: parse('type Query { version: Int } type Subscription { version(topic: ID!): Int }'),
  resolvers: {
    Subscription: {
      version: {
        subscribe: ((_root: unknown, { topic }: { topic: string }, { changes }: Context) =>
          changes.follow(topic, { detail: '' })) as never,
        resolve: () => version,
      },
    },
  },
});
const server = await startSubgraph({
  name: 'quiz',
  schema,
  port: 0,
  isReady: async () => true,
  createContext: (scope) => createContext({ database, resources: {}, afterCommit: relay.wake, ...scope }),
});

afterAll(async () => {
  await server.stop();
  await relay.stop();
  await database.$disconnect();
});

const secret = readSecret('SUBGRAPH_SECRET');
const post = (topic: string, isSigned = true) => {
  const body = JSON.stringify({ query: `subscription { version(topic: "${topic}") }` });
  const headers = isSigned ? signRequest(secret, { viewer: someViewer(), requestId: 'r' }, body) : {};
  return fetch(`${server.url}/subscriptions`, { method: 'POST', headers, body });
};

/** The versions that a stream tells of, one by one. */
async function listen(topic: string) {
  const reader = (await post(topic)).body?.getReader();
  const next = async () => {
    const text = new TextDecoder().decode((await reader?.read())?.value);
    return JSON.parse(text.slice('event: next\ndata: '.length)).data.version;
  };
  return { next, leave: () => reader?.cancel() };
}

it('begins with the current state and tells of what was committed', async () => {
  const { next, leave } = await listen('one');
  expect(await next()).toBe(1);

  await system().transaction(async (context) => {
    context.changes.announce('one');
    version = 2;
  });
  expect(await next()).toBe(2);
  await leave();
});

it('never speaks of what was rolled back', async () => {
  const { next, leave } = await listen('two');
  await next();
  const failed = system().transaction(async (context) => {
    context.changes.announce('two');
    version = 3;
    throw new Error('not after all');
  });
  await expect(failed).rejects.toThrow('not after all');

  // A word that slipped out would have been read as 3 by now.
  await new Promise((resolve) => setTimeout(resolve, 150));
  version = 4;
  await system().transaction(async (context) => context.changes.announce('two'));
  expect(await next()).toBe(4);
  await leave();
});

it('answers the gateway only', async () => {
  expect((await post('three', false)).status).toBe(401);
});

it('lets equal ticks wait once, and no more than a hundred', async () => {
  const ticks = createTicks(undefined, () => {});
  for (let index = 0; index < 500; index++) ticks.push({ detail: String(index % 250) });
  ticks.push({ detail: '249' });
  const taken: string[] = [];
  for (let index = 0; index < 100; index++) taken.push((await ticks.next()).value.detail);
  expect(taken).toEqual(Array.from({ length: 100 }, (_, index) => String(150 + index)));
  const waiting = ticks.next();
  await ticks.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

it('ticks at a set time, unless nobody follows any more', async () => {
  const [followed, left] = [createTicks(undefined, () => {}), createTicks(undefined, () => {})];
  left.pushAfter(1);
  await left.return();
  followed.pushAfter(10);
  expect((await followed.next()).value).toEqual({ detail: '' });
  expect(await left.next()).toEqual({ done: true, value: undefined });
  await followed.return();
});
