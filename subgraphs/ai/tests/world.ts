import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from '@jest/globals';
import { type EventName, type EventPayload, newId, type Viewer } from '@studymate/contracts';
import { connectAi } from '@studymate/database/ai';
import { type Clock, createLogger, systemClock } from '@studymate/runtime';
import { createFsStore } from '@studymate/storage';
import { asker, deliver, outboxOf, someKey, someViewer, testDatabase } from '@studymate/testkit';
import { type Context, createContext } from '../src/context.ts';
import { createDraftHost, type DraftHost } from '../src/embedded/draft-host.ts';
import { generationEvents } from '../src/generation/generation.events.ts';
import { runGeneration } from '../src/generation/generation.run.ts';
import { type BreakerOptions, defaultBreakerOptions } from '../src/provider/breaker.ts';
import { createBreakers } from '../src/provider/breakers.ts';
import { createEmbeddedProvider } from '../src/provider/embedded.provider.ts';
import type { Provider } from '../src/provider/provider.ts';
import { schema } from '../src/schema.ts';

/** The texts that StudyMate ships. */
export const sampleTexts = {
  photosynthesis: 'photosynthesis.md',
  routing: 'internet-routing.md',
  immunity: 'immune-system.ko.md',
} as const;

export const readSample = (name: keyof typeof sampleTexts): Promise<string> =>
  readFile(resolve(import.meta.dirname, '../../../samples', sampleTexts[name]), 'utf8');

export const startMutation = `mutation ($input: GenerationInput!, $key: String!) {
  startGeneration(input: $input, idempotencyKey: $key) {
    __typename
    ... on Generation { id state kind }
    ... on UserError { code message path }
  }
}`;

export const generationQuery = `query ($id: ID!) {
  generation(id: $id) {
    id kind state cacheHit promptVersion materialRevision createdAt startedAt finishedAt
    user { id } material { id }
    output { __typename ... on Summary { id } ... on Quiz { id } ... on Deck { id } }
    attempts { provider model outcome httpStatus latencyMs usage { inputTokens outputTokens } }
    usage { inputTokens outputTokens } cost { credits providerCostMicros currency }
    quality { groundedFraction uncitedClaims passed languageMatches itemWritingFlaws { rule } }
    error { code message retryable } feedback { rating comment }
  }
}`;

/** The embedded provider of a test file, whose thread ends with the file. */
export function startEmbeddedProvider(): { host: DraftHost; provider: Provider } {
  const host = createDraftHost();
  afterAll(host.stop);
  return { host, provider: createEmbeddedProvider(host) };
}

export interface WorldOptions {
  /** In the order in which they are tried. */
  readonly providers?: readonly Provider[];
  readonly breaker?: Partial<BreakerOptions>;
}

/** An ai subgraph with a database and an object store of its own; other domains' events are told by hand. */
export async function createWorld({
  providers = [startEmbeddedProvider().provider],
  breaker = {},
}: WorldOptions = {}) {
  const postgres = await testDatabase('ai');
  const database = connectAi(postgres.url);
  const directory = await mkdtemp(join(tmpdir(), 'ai-objects-'));
  const objects = createFsStore({ directory, baseUrl: 'http://127.0.0.1:1', secret: 'for tests' });
  const breakers = createBreakers(providers, { ...defaultBreakerOptions, ...breaker }, () => undefined);
  const resources = { models: providers.map(({ model }) => model) };
  const contextOf = (viewer: Viewer | null, now: Clock = systemClock): Context =>
    createContext({ database, resources, viewer, now });
  const workshop = { objects, breakers, logger: createLogger('ai-test') };

  afterAll(async () => {
    for (const breaker of breakers) breaker.stop();
    await database.$disconnect();
    await rm(directory, { recursive: true, force: true });
  });

  const hear = <E extends keyof typeof generationEvents & EventName>(name: E, payload: EventPayload<E>) =>
    deliver(contextOf(null), generationEvents[name] as never, { name, payload });

  return {
    database,
    url: postgres.url,
    objects,
    workshop,
    contextOf,
    hear,
    ask: asker(schema, (viewer) => contextOf(viewer)),
    outbox: () => outboxOf(database),
    jobs: () => outboxOf(database, 'JOB'),
    run: (generationId: string, context = contextOf(null)) => runGeneration(context, workshop, generationId),
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A material of the learner's with that text, as study tells of it. */
export async function giveMaterial(
  world: World,
  owner: Viewer,
  {
    text,
    language = 'en',
    title = 'Notes',
    materialId = newId('Material'),
  }: { text: string; language?: string; title?: string; materialId?: string },
): Promise<string> {
  const contentKey = `materials/${materialId}/1`;
  await world.objects.put(contentKey, text, 'text/markdown');
  await world.hear('study.material.ready', {
    materialId,
    revision: 1,
    subjectId: newId('Subject'),
    ownerId: owner.id,
    title,
    language,
    charCount: [...text].length,
    contentKey,
  });
  return materialId;
}

/** A learner with one of the sample texts as material. */
export async function someLearner(world: World, sample: keyof typeof sampleTexts = 'photosynthesis') {
  const learner = someViewer();
  const language = sample === 'immunity' ? 'ko' : 'en';
  const text = await readSample(sample);
  const materialId = await giveMaterial(world, learner, { text, language, title: sample });
  return { learner, materialId, text };
}

/** Starts a generation through GraphQL and answers its id. */
export async function startGeneration(
  world: World,
  learner: Viewer,
  input: Record<string, unknown>,
): Promise<string> {
  const { data, errors } = await world.ask(learner, startMutation, { input, key: someKey() });
  const { startGeneration: started } = data;
  if (started?.__typename !== 'Generation') throw new Error(JSON.stringify({ started, errors }));
  return started.id;
}

/** Billing sets the credits aside. */
export const reserve = (world: World, generationId: string, userId: string) =>
  world.hear('billing.credits.reserved', { generationId, userId, credits: 1 });

export async function readGeneration(world: World, viewer: Viewer, id: string) {
  const { data, errors } = await world.ask(viewer, generationQuery, { id });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.generation;
}

/** From the request to the stored output, with every other domain saying yes. */
export async function completeGeneration(world: World, learner: Viewer, input: Record<string, unknown>) {
  const id = await startGeneration(world, learner, input);
  await reserve(world, id, learner.id);
  await world.run(id);
  const produced = await producedEvent(world, id);
  const name = input.kind === 'QUIZ' ? 'quiz.output.stored' : 'study.output.stored';
  await world.hear(name, { generationId: id, outputId: String(produced?.outputId) });
  return { id, produced };
}

export async function producedEvent(world: World, generationId: string) {
  const events = await world.outbox();
  return events.find(
    ({ name, payload }) => name === 'ai.generation.produced' && payload.generationId === generationId,
  )?.payload;
}

export async function finishedEvents(world: World, generationId: string) {
  const events = await world.outbox();
  return events
    .filter(({ name, payload }) => name === 'ai.generation.finished' && payload.generationId === generationId)
    .map(({ payload }) => payload);
}
