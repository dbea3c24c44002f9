import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { generationOutputSchema, newId } from '@studymate/contracts';
import { someKey, someViewer } from '@studymate/testkit';
import {
  completeGeneration,
  createWorld,
  finishedEvents,
  giveMaterial,
  producedEvent,
  readGeneration,
  reserve,
  someLearner,
  startGeneration,
  startMutation,
} from '../../tests/world.ts';

const world = await createWorld();

describe('a generation', () => {
  for (const [kind, typename] of [
    ['SUMMARY', 'Summary'],
    ['QUIZ', 'Quiz'],
    ['FLASHCARDS', 'Deck'],
  ] as const) {
    it(`makes a ${typename} whose every source stands word for word in the text`, async () => {
      const { learner, materialId, text } = await someLearner(world);

      const { id, produced } = await completeGeneration(world, learner, { kind, materialId });

      const generation = await readGeneration(world, learner, id);
      expect(generation).toMatchObject({
        state: 'SUCCEEDED',
        cacheHit: expect.any(Boolean),
        output: { __typename: typename, id: produced?.outputId },
        attempts: [{ provider: 'embedded', outcome: 'OK', httpStatus: null }],
        cost: { credits: 1, providerCostMicros: 0, currency: 'USD' },
        quality: { passed: true, groundedFraction: 1, languageMatches: true },
        user: { id: learner.id },
        material: { id: materialId },
        error: null,
      });
      const object = await world.objects.get(String(produced?.outputKey));
      const output = generationOutputSchema.parse(JSON.parse(String(object?.body)));
      const spans =
        output.kind === 'SUMMARY'
          ? output.citations
          : (output.kind === 'QUIZ' ? output.questions : output.cards).flatMap(({ sources }) => sources);
      const points = [...text];
      expect(spans.length).toBeGreaterThan(3);
      for (const span of spans) {
        expect(span).toMatchObject({ materialId, revision: 1 });
        expect(points.slice(span.start, span.end).join('')).toBe(span.quote);
      }
    });
  }

  it('tells billing and the learner that it succeeded, once', async () => {
    const { learner, materialId } = await someLearner(world, 'routing');

    const { id, produced } = await completeGeneration(world, learner, { kind: 'SUMMARY', materialId });
    await world.hear('study.output.stored', { generationId: id, outputId: String(produced?.outputId) });

    expect(await finishedEvents(world, id)).toMatchObject([
      { state: 'SUCCEEDED', credits: 1, userId: learner.id, title: 'routing', outputId: produced?.outputId },
    ]);
  });

  it('waits for credits, then for a worker, then for the output to be stored', async () => {
    const { learner, materialId } = await someLearner(world, 'immunity');
    const id = await startGeneration(world, learner, { kind: 'QUIZ', materialId });

    await world.run(id);
    expect(await readGeneration(world, learner, id)).toMatchObject({ state: 'QUEUED', attempts: [] });

    await reserve(world, id, learner.id);
    expect((await world.jobs()).filter(({ payload }) => payload.generationId === id)).toHaveLength(1);
    expect(await readGeneration(world, learner, id)).toMatchObject({ state: 'QUEUED', output: null });

    await world.run(id);
    expect(await readGeneration(world, learner, id)).toMatchObject({
      state: 'RUNNING',
      output: null,
      cost: null,
    });
  });

  it('asks billing for the most it can cost', async () => {
    const { learner, materialId } = await someLearner(world);

    const id = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });

    const requested = (await world.outbox()).find(
      ({ name, payload }) => name === 'ai.credits.requested' && payload.generationId === id,
    );
    expect(requested?.payload).toEqual({
      generationId: id,
      userId: learner.id,
      kind: 'SUMMARY',
      maxCredits: 1,
    });
  });

  it('fails with QUOTA_EXCEEDED when billing refuses', async () => {
    const { learner, materialId } = await someLearner(world);
    const id = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });

    await world.hear('billing.credits.refused', {
      generationId: id,
      userId: learner.id,
      available: 0,
      reason: 'No credits left.',
    });
    await world.run(id);

    expect(await readGeneration(world, learner, id)).toMatchObject({
      state: 'FAILED',
      error: { code: 'QUOTA_EXCEEDED', message: 'No credits left.', retryable: false },
      attempts: [],
      cost: { credits: 0 },
    });
    expect(await finishedEvents(world, id)).toMatchObject([{ state: 'FAILED', credits: 0, outputId: null }]);
  });

  it('fails, and costs nothing, when the text says too little', async () => {
    const learner = someViewer();
    const materialId = await giveMaterial(world, learner, { text: 'Buy milk.\n\nCall Ann.\n' });

    const id = await startGeneration(world, learner, { kind: 'QUIZ', materialId });
    await reserve(world, id, learner.id);
    await world.run(id);

    expect(await readGeneration(world, learner, id)).toMatchObject({
      state: 'FAILED',
      error: { code: 'VALIDATION', retryable: false },
      attempts: [{ outcome: 'INVALID_OUTPUT' }],
      cost: { credits: 0 },
    });
  });

  it('fails with NOT_FOUND when the text is gone', async () => {
    const { learner, materialId } = await someLearner(world);
    const id = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });
    await world.objects.delete(`materials/${materialId}/1`);

    await reserve(world, id, learner.id);
    await world.run(id);

    expect(await readGeneration(world, learner, id)).toMatchObject({
      state: 'FAILED',
      error: { code: 'NOT_FOUND' },
    });
  });

  it('answers a repeated request with the same generation, and another body with a conflict', async () => {
    const { learner, materialId } = await someLearner(world);
    const key = someKey();
    const start = (input: object) => world.ask(learner, startMutation, { input, key });

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => start({ kind: 'SUMMARY', materialId })),
    );
    const other = await start({ kind: 'QUIZ', materialId });

    const ids = new Set(answers.map(({ data }) => data.startGeneration.id));
    expect(ids.size).toBe(1);
    expect(other.data.startGeneration).toMatchObject({
      __typename: 'ConflictError',
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it('refuses input that cannot be served, naming the field', async () => {
    const { learner, materialId } = await someLearner(world);
    const codeOf = async (input: object) => {
      const { data } = await world.ask(learner, startMutation, { input, key: someKey() });
      return [data.startGeneration.__typename, data.startGeneration.path];
    };

    expect(await codeOf({ kind: 'SUMMARY' })).toEqual(['ValidationError', ['input', 'materialId']]);
    expect(await codeOf({ kind: 'QUIZ', materialId, count: 51 })).toEqual([
      'ValidationError',
      ['input', 'count'],
    ]);
    expect(await codeOf({ kind: 'QUIZ', materialId, difficulty: 'BRUTAL' })).toEqual([
      'ValidationError',
      ['input', 'difficulty'],
    ]);
    expect(await codeOf({ kind: 'QUIZ', materialId, language: 'fr' })).toEqual([
      'ValidationError',
      ['input', 'language'],
    ]);
    expect(await codeOf({ kind: 'QUIZ', materialId, language: 'ko' })).toEqual([
      'ValidationError',
      ['input', 'language'],
    ]);
    expect(await codeOf({ kind: 'SUMMARY', materialId: newId('Material') })).toEqual(['NotFoundError', null]);
  });

  it('waits for a material that was read this moment, whose event is still on its way', async () => {
    const learner = someViewer();
    const materialId = newId('Material');
    const starting = startGeneration(world, learner, { kind: 'SUMMARY', materialId });
    await delay(300);
    await giveMaterial(world, learner, { text: 'Leaves are green.', materialId });

    expect(await readGeneration(world, learner, await starting)).toMatchObject({ state: 'QUEUED' });
  });

  it("makes nothing from a stranger's material, and shows nobody another's generation", async () => {
    const { learner, materialId } = await someLearner(world);
    const stranger = someViewer();
    const admin = someViewer({ roles: ['ADMIN'] });

    const { data } = await world.ask(stranger, startMutation, {
      input: { kind: 'SUMMARY', materialId },
      key: someKey(),
    });
    expect(data.startGeneration).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND' });

    const id = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });
    const rate =
      'mutation ($id: ID!) { rateGeneration(id: $id, rating: 5) { id } cancelGeneration(id: $id) { id } }';
    for (const other of [stranger, admin]) {
      expect(await readGeneration(world, other, id)).toBeNull();
      expect((await world.ask(other, rate, { id })).data).toEqual({
        rateGeneration: null,
        cancelGeneration: null,
      });
    }
    expect(await readGeneration(world, learner, id)).toMatchObject({ state: 'QUEUED', feedback: null });
    expect((await world.ask(null, '{ aiModels { id } }')).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('produces nothing twice when its job comes again', async () => {
    const { learner, materialId } = await someLearner(world, 'immunity');
    const id = await startGeneration(world, learner, { kind: 'FLASHCARDS', materialId, count: 5 });
    await reserve(world, id, learner.id);

    await world.run(id);
    const first = await producedEvent(world, id);
    await world.run(id);

    const produced = (await world.outbox()).filter(
      ({ name, payload }) => name === 'ai.generation.produced' && payload.generationId === id,
    );
    expect(produced.map(({ payload }) => payload)).toEqual([first]);
  });
});
