import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { type EventName, type EventPayload, newId, newRowId } from '@studymate/contracts';
import { connectAi } from '@studymate/database/ai';
import { createPublisher, type Publisher } from '@studymate/jobs';
import { connectObjectStore } from '@studymate/storage';
import { asker, outboxOf, someKey, someViewer, testDatabase, testRedisUrl } from '@studymate/testkit';
import { generationQuery, readSample, startMutation } from '../tests/world.ts';
import { readConfig } from './config.ts';
import { createContext } from './context.ts';
import { start, startWorker } from './index.ts';
import { schema } from './schema.ts';

const postgres = await testDatabase('ai');
const redisUrl = testRedisUrl();
const directory = await mkdtemp(join(tmpdir(), 'ai-worker-'));
process.env.QUEUE_PREFIX = `ai-worker-${newRowId()}`;
const env = { AI_DATABASE_URL: postgres.url, REDIS_URL: redisUrl, OBJECTS_DIRECTORY: directory };

const database = connectAi(postgres.url);
const { models } = readConfig(env);
const ask = asker(schema, (viewer) => createContext({ database, resources: { models }, viewer }));
const study = createPublisher('study', redisUrl);
const subscription = createPublisher('subscription', redisUrl);
const worker = await startWorker(env);
const server = await start({ ...env, AI_PORT: '0' });

afterAll(async () => {
  await server.stop();
  await worker.stop();
  await study.stop();
  await subscription.stop();
  await database.$disconnect();
  await rm(directory, { recursive: true, force: true });
});

const tell = <E extends EventName>(publisher: Publisher, name: E, payload: EventPayload<E>) =>
  publisher.publish([{ id: newRowId(), kind: 'EVENT', name, payload, availableAt: new Date() }]);

async function until<T>(look: () => Promise<T | null | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error('It did not happen.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('serves its health to anybody and its graph to the gateway alone', async () => {
  const statusOf = async (path: string, init?: RequestInit) =>
    (await fetch(`${server.url}${path}`, init)).status;

  expect(await statusOf('/health/')).toBe(200);
  expect(await statusOf('/ready/')).toBe(200);
  expect(await statusOf('/graphql', { method: 'POST', body: '{"query":"{ aiModels { id } }"}' })).toBe(401);
});

it('makes a Korean quiz without a key, through the queues, from the material to the stored output', async () => {
  const learner = someViewer();
  const materialId = newId('Material');
  const text = await readSample('immunity');
  await connectObjectStore(env).put('materials/immunity', text, 'text/markdown');
  await tell(study, 'study.material.ready', {
    materialId,
    revision: 1,
    subjectId: newId('Subject'),
    ownerId: learner.id,
    title: '면역계',
    language: 'ko',
    charCount: [...text].length,
    contentKey: 'materials/immunity',
  });
  await until(() => database.materialSource.findFirst({ where: { materialId } }));

  const input = { kind: 'QUIZ', materialId, count: 6 };
  const { data } = await ask(learner, startMutation, { input, key: someKey() });
  const generationId: string = data.startGeneration.id;
  await tell(subscription, 'billing.credits.reserved', { generationId, userId: learner.id, credits: 1 });
  const produced = await until(async () =>
    (await outboxOf(database)).find(({ name }) => name === 'ai.generation.produced'),
  );
  await tell(study, 'study.output.stored', { generationId, outputId: String(produced.payload.outputId) });
  const generation = await until(async () => {
    const answer = await ask(learner, generationQuery, { id: generationId });
    return answer.data.generation.state === 'SUCCEEDED' ? answer.data.generation : null;
  });

  expect(generation).toMatchObject({
    output: { __typename: 'Quiz', id: produced.payload.outputId },
    attempts: [{ provider: 'embedded', outcome: 'OK' }],
    quality: { passed: true, languageMatches: true },
    cost: { credits: 1 },
  });
});
