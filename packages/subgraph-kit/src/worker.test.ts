import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { connectQuiz, type QuizDatabase } from '@studymate/database/quiz';
import { createPublisher, queuePrefix } from '@studymate/jobs';
import { testDatabase, testRedisUrl, wipeRedis } from '@studymate/testkit';
import { contextFactory, type SubgraphContext } from './context.ts';
import { startDomainWorker } from './worker.ts';

interface Context extends SubgraphContext<Context> {
  readonly database: QuizDatabase;
}

const postgres = await testDatabase('quiz');
const database = connectQuiz(postgres.url);
const redisUrl = testRedisUrl();
const createContext = contextFactory<QuizDatabase, object, Context>((inner, base) => ({
  ...base,
  database: inner,
}));
const system = (afterCommit: () => void) =>
  createContext({ database, resources: {}, viewer: null, afterCommit });

process.env.QUEUE_PREFIX = `worker-test-${newId('Quiz')}`;

const heard: string[] = [];
const closed: string[] = [];
let failuresLeft = 2;

const port = await freePort();
const worker = await startDomainWorker({
  domain: 'quiz',
  env: { WORKER_PORT: `${port}` },
  database,
  redisUrl,
  createContext: system,
  jobs: {
    closeAttempt: async (_context, { attemptId }) => {
      if (failuresLeft-- > 0) throw new Error('not this time');
      closed.push(attemptId);
    },
    importQuestions: async () => undefined,
    countAttempt: async () => undefined,
    calibrateQuestions: async () => undefined,
  },
  events: {
    'study.subject.created': async (_context, { title }) => void heard.push(title),
    'study.skill.created': async () => undefined,
    'ai.generation.produced': async () => undefined,
    'ai.essay.assessed': async () => undefined,
    'auth.export.requested': async () => undefined,
    'auth.erasure.begun': async () => undefined,
  },
});
const study = createPublisher('study', redisUrl);

afterAll(async () => {
  await worker.stop();
  await study.stop();
  await database.$disconnect();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
}

it('retries a job that failed, until it is done', async () => {
  await system(() => undefined).transaction((context) =>
    context.jobs.enqueue('closeAttempt', { attemptId: 'att_1' }),
  );

  await until(() => closed.length > 0);

  expect(closed).toEqual(['att_1']);
});

it('acts once on an event that comes again after Redis was wiped', async () => {
  const payload = { subjectId: 'sub_1', ownerId: 'usr_1', title: 'Biology', defaultSkillId: 'skl_1' };
  const outgoing = (id: string, title: string) => ({
    id,
    kind: 'EVENT' as const,
    name: 'study.subject.created',
    payload: { ...payload, title },
    availableAt: new Date(),
  });
  const first = outgoing(newId('Subject'), 'Biology');

  await study.publish([first]);
  await until(() => heard.length === 1);
  await wipeRedis(queuePrefix());
  await study.publish([first, outgoing(newId('Subject'), 'Chemistry')]);
  await until(() => heard.length === 2);

  expect(heard).toEqual(['Biology', 'Chemistry']);
});

it('tells its health and its metrics at a port of its own', async () => {
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  expect(await (await get('/health/')).json()).toEqual({
    status: 'ok',
    checks: { database: 'up', queue: 'up' },
  });
  expect((await get('/ready/')).status).toBe(200);
  expect(await (await get('/metrics')).text()).toMatch(/^outbox_lag_seconds|^jobs_processed_total/m);
});
