import { describe, expect, it } from '@jest/globals';
import { generationOutputSchema } from '@studymate/contracts';
import { someViewer } from '@studymate/testkit';
import {
  completeGeneration,
  createWorld,
  giveMaterial,
  producedEvent,
  readGeneration,
  readSample,
  reserve,
  someLearner,
  startEmbeddedProvider,
  startGeneration,
} from '../../tests/world.ts';
import { forgetUnusedOutputs } from '../cache/cached-output.sweep.ts';
import type { Provider } from '../provider/provider.ts';

let calls = 0;
const { provider: embedded } = startEmbeddedProvider();
const counting: Provider = {
  model: embedded.model,
  draft: (request, signal) => {
    calls += 1;
    return embedded.draft(request, signal);
  },
};
const world = await createWorld({ providers: [counting] });

describe('an output that was made before', () => {
  it('is given again without asking a provider, for nothing, with spans into the own material', async () => {
    const text = await readSample('routing');
    const [ada, ben] = [someViewer(), someViewer()];
    const ofAda = await giveMaterial(world, ada, { text, title: 'Networks' });
    const ofBen = await giveMaterial(world, ben, { text, title: 'My network notes' });
    await completeGeneration(world, ada, { kind: 'QUIZ', materialId: ofAda });
    const callsBefore = calls;

    const { id, produced } = await completeGeneration(world, ben, { kind: 'QUIZ', materialId: ofBen });

    expect(calls).toBe(callsBefore);
    expect(await readGeneration(world, ben, id)).toMatchObject({
      state: 'SUCCEEDED',
      cacheHit: true,
      attempts: [],
      usage: null,
      cost: { credits: 0 },
      quality: { passed: true },
    });
    const object = await world.objects.get(String(produced?.outputKey));
    const output = generationOutputSchema.parse(JSON.parse(String(object?.body)));
    expect(output).toMatchObject({ kind: 'QUIZ', title: 'My network notes' });
    const sources = output.kind === 'QUIZ' ? output.questions.flatMap((question) => question.sources) : [];
    expect(new Set(sources.map(({ materialId }) => materialId))).toEqual(new Set([ofBen]));
  });

  it('is made anew for other wishes, another text, and once its object is gone', async () => {
    const { learner, materialId, text } = await someLearner(world, 'immunity');
    const callsBefore = calls;

    await completeGeneration(world, learner, { kind: 'FLASHCARDS', materialId });
    await completeGeneration(world, learner, { kind: 'FLASHCARDS', materialId, count: 7 });
    const changed = await giveMaterial(world, learner, { text: `${text}\n끝.`, language: 'ko' });
    const { produced } = await completeGeneration(world, learner, {
      kind: 'FLASHCARDS',
      materialId: changed,
    });
    expect(calls - callsBefore).toBe(3);

    await world.objects.delete(String(produced?.outputKey));
    const id = await startGeneration(world, learner, { kind: 'FLASHCARDS', materialId: changed });
    await reserve(world, id, learner.id);
    await world.run(id);
    await world.run(id);
    expect(calls - callsBefore).toBe(4);
    expect(await producedEvent(world, id)).toBeDefined();
  });
});

describe('the cache', () => {
  it('forgets what nobody has asked for in 30 days, and keeps the rest', async () => {
    const { learner, materialId } = await someLearner(world);
    const inDays = (days: number) =>
      world.contextOf(null, () => new Date(Date.now() + days * 24 * 3_600_000));
    const { id } = await completeGeneration(world, learner, { kind: 'QUIZ', materialId, count: 3 });
    const isKept = async () => (await world.database.cachedOutput.count({ where: { makerId: id } })) === 1;

    await forgetUnusedOutputs(inDays(29));
    expect(await isKept()).toBe(true);
    await forgetUnusedOutputs(inDays(31));
    expect(await isKept()).toBe(false);
    expect(await readGeneration(world, learner, id)).toMatchObject({ state: 'SUCCEEDED' });
  });
});

describe('50 identical requests at once', () => {
  it('ask a provider once; the others wait for that answer and pay nothing', async () => {
    const { learner, materialId } = await someLearner(world);
    const callsBefore = calls;
    const input = { kind: 'SUMMARY', materialId, count: 11 };
    const ids = await Promise.all(Array.from({ length: 50 }, () => startGeneration(world, learner, input)));
    for (const id of ids) await reserve(world, id, learner.id);

    await Promise.all(ids.map((id) => world.run(id)));
    await Promise.all(ids.map((id) => world.run(id)));

    expect(calls - callsBefore).toBe(1);
    const rows = await world.database.generation.findMany({ where: { id: { in: ids } } });
    expect(rows.filter(({ producedAt }) => producedAt !== null)).toHaveLength(50);
    expect(rows.reduce((sum, { credits }) => sum + (credits ?? 0), 0)).toBe(1);
    expect(new Set(rows.map(({ outputId }) => outputId)).size).toBe(50);
  });
});
