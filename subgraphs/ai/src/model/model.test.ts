import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import {
  createWorld,
  giveMaterial,
  readSample,
  reserve,
  someLearner,
  startGeneration,
} from '../../tests/world.ts';
import { readModels } from './catalogue.ts';
import { reportCircuit } from './circuit.service.ts';

const world = await createWorld();
const estimate = `query ($input: GenerationInput!) {
  estimateGeneration(input: $input) { maxCredits expectedCredits allowed reason }
}`;

describe('models', () => {
  it('are the embedded one alone when there is no key', async () => {
    expect(readModels({}).map(({ provider }) => provider)).toEqual(['embedded']);
    expect(readModels({ OPENAI_API_KEY: '' }).map(({ provider }) => provider)).toEqual(['embedded']);

    const { data } = await world.ask(
      someViewer(),
      '{ aiModels { id provider capabilities inputMicrosPerMTok } }',
    );
    expect(data.aiModels).toEqual([
      {
        id: 'embedded/embedded-1',
        provider: 'embedded',
        capabilities: ['SUMMARY', 'QUIZ', 'FLASHCARDS'],
        inputMicrosPerMTok: 0,
      },
    ]);
  });

  it('are tried in the order of AI_PROVIDERS, the embedded one last', () => {
    const keys = {
      OPENAI_API_KEY: 'a',
      TOGETHER_API_KEY: 'b',
      ANTHROPIC_API_KEY: 'c',
      AI_PROVIDERS: 'together, openai',
    };

    expect(readModels(keys).map(({ provider }) => provider)).toEqual(['together', 'openai', 'embedded']);
  });

  it('need a price, known or given', () => {
    const own = { OPENAI_API_KEY: 'a', OPENAI_MODEL: 'my-model' };

    expect(() => readModels(own)).toThrow(/OPENAI_INPUT_USD_PER_MTOK/);
    const [model] = readModels({ ...own, OPENAI_INPUT_USD_PER_MTOK: '0.5', OPENAI_OUTPUT_USD_PER_MTOK: '2' });
    expect(model).toMatchObject({
      name: 'my-model',
      inputMicrosPerMTok: 500_000,
      outputMicrosPerMTok: 2_000_000,
    });
  });
});

describe('an estimate', () => {
  it('names the credits, and says when they are not there', async () => {
    const { learner, materialId } = await someLearner(world);
    const input = { kind: 'QUIZ', materialId };

    expect((await world.ask(learner, estimate, { input })).data.estimateGeneration).toEqual({
      maxCredits: 1,
      expectedCredits: 1,
      allowed: true,
      reason: null,
    });

    await world.hear('billing.credits.changed', {
      userId: learner.id,
      balance: 0,
      reserved: 0,
      available: 0,
    });
    expect((await world.ask(learner, estimate, { input })).data.estimateGeneration).toMatchObject({
      allowed: false,
      reason: 'Credits needed: 1, available: 0.',
    });
  });

  it("is refused for a stranger's material", async () => {
    const { materialId } = await someLearner(world);

    const { errors } = await world.ask(someViewer(), estimate, { input: { kind: 'QUIZ', materialId } });

    expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('covers the dearest model that may serve, and keeps to maxCredits', async () => {
    const models = readModels({ OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' });
    const keyed = { ...world.contextOf(null), models };
    const learner = someViewer();
    const materialId = await giveMaterial(world, learner, { text: await readSample('routing') });
    const { estimateGeneration } = await import('../generation/generation.plan.ts');
    const context = { ...keyed, viewer: learner };

    const free = await estimateGeneration(context, { kind: 'QUIZ', materialId });
    const limited = await estimateGeneration(context, { kind: 'QUIZ', materialId, maxCredits: 1 });

    // Haiku: 12,730 tokens in at 1 $ and 4,500 out at 5 $ a million: 35,230 micros, 5,000 a credit.
    expect(free).toMatchObject({ maxCredits: 8, expectedCredits: 1 });
    expect(limited.maxCredits).toBe(1);
  });
});

describe('aiProviders', () => {
  const query = '{ aiProviders { provider model circuit errorRate1m p50LatencyMs openUntil } }';

  it('shows calls of the last minute and the circuit, to administrators only', async () => {
    const admin = someViewer({ roles: ['ADMIN'] });
    const { learner, materialId } = await someLearner(world);
    const id = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });
    await reserve(world, id, learner.id);
    await world.run(id);

    expect((await world.ask(learner, query)).errors[0]?.extensions.code).toBe('FORBIDDEN');
    const { data } = await world.ask(admin, query);
    expect(data.aiProviders).toEqual([
      {
        provider: 'embedded',
        model: 'embedded-1',
        circuit: 'CLOSED',
        errorRate1m: 0,
        p50LatencyMs: expect.any(Number),
        openUntil: null,
      },
    ]);
  });

  it('tells when an open circuit lets a probe through', async () => {
    const admin = someViewer({ roles: ['ADMIN'] });
    const [model] = world.contextOf(null).models;
    if (!model) throw new Error('There is no model.');
    const now = new Date('2026-05-01T10:00:00Z');

    reportCircuit(
      world.contextOf(null, () => now),
      world.workshop.logger,
    )(model, 'OPEN');
    await new Promise((resolve) => setTimeout(resolve, 200));

    const { data } = await world.ask(admin, query);
    expect(data.aiProviders).toMatchObject([{ circuit: 'OPEN', openUntil: '2026-05-01T10:00:30.000Z' }]);
  });
});
