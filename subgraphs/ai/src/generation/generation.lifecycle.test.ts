import { describe, expect, it } from '@jest/globals';
import {
  completeGeneration,
  createWorld,
  finishedEvents,
  readGeneration,
  reserve,
  someLearner,
  startGeneration,
} from '../../tests/world.ts';
import { sweepStuckGenerations } from './generation.sweep.ts';

const world = await createWorld();
const minutesFromNow = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
const jobsOf = async (id: string) =>
  (await world.jobs()).filter(({ payload }) => payload.generationId === id).length;

describe('cancelling', () => {
  const cancel = 'mutation ($id: ID!) { cancelGeneration(id: $id) { id state cost { credits } } }';

  it('stops what is queued; credits that come later find nothing to do', async () => {
    const { learner, materialId } = await someLearner(world);
    const id = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });

    const { data } = await world.ask(learner, cancel, { id });
    await reserve(world, id, learner.id);
    await world.run(id);

    expect(data.cancelGeneration).toEqual({ id, state: 'CANCELED', cost: { credits: 0 } });
    expect(await readGeneration(world, learner, id)).toMatchObject({
      state: 'CANCELED',
      attempts: [],
      output: null,
    });
    expect(await finishedEvents(world, id)).toMatchObject([{ state: 'CANCELED', credits: 0 }]);
  });

  it('leaves alone what is made already', async () => {
    const { learner, materialId } = await someLearner(world);
    const { id } = await completeGeneration(world, learner, { kind: 'SUMMARY', materialId });

    const { data } = await world.ask(learner, cancel, { id });

    expect(data.cancelGeneration).toMatchObject({ state: 'SUCCEEDED' });
    expect(await finishedEvents(world, id)).toHaveLength(1);
  });
});

describe('rating', () => {
  const rate = `mutation ($id: ID!, $rating: Int!, $comment: String) {
    rateGeneration(id: $id, rating: $rating, comment: $comment) { feedback { rating comment } }
  }`;

  it('keeps the last of several ratings', async () => {
    const { learner, materialId } = await someLearner(world);
    const { id } = await completeGeneration(world, learner, { kind: 'SUMMARY', materialId });

    await world.ask(learner, rate, { id, rating: 2, comment: 'dull' });
    const { data } = await world.ask(learner, rate, { id, rating: 5 });

    expect(data.rateGeneration.feedback).toEqual({ rating: 5, comment: null });
  });

  it('refuses a rating out of range, and one of what is not finished', async () => {
    const { learner, materialId } = await someLearner(world);
    const id = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });

    expect((await world.ask(learner, rate, { id, rating: 6 })).errors[0]?.extensions.code).toBe('VALIDATION');
    expect((await world.ask(learner, rate, { id, rating: 3 })).errors[0]?.extensions.code).toBe('STATE');
  });
});

describe('the sweep', () => {
  it('puts a lost job on the queue again, once, however many workers sweep', async () => {
    const { learner, materialId } = await someLearner(world);
    const id = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });
    await reserve(world, id, learner.id);

    await sweepStuckGenerations(world.contextOf(null, minutesFromNow(1)));
    expect(await jobsOf(id)).toBe(1);
    const later = minutesFromNow(4);
    await Promise.all([1, 2, 3].map(() => sweepStuckGenerations(world.contextOf(null, later))));
    expect(await jobsOf(id)).toBe(2);
  });

  it('gives up after an hour and gives the credits back', async () => {
    const { learner, materialId } = await someLearner(world);
    const unanswered = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });
    const unstored = await startGeneration(world, learner, { kind: 'SUMMARY', materialId });
    await reserve(world, unstored, learner.id);
    await world.run(unstored);

    await sweepStuckGenerations(world.contextOf(null, minutesFromNow(61)));

    for (const id of [unanswered, unstored]) {
      expect(await readGeneration(world, learner, id)).toMatchObject({
        state: 'FAILED',
        error: { code: 'PROVIDER_UNAVAILABLE', retryable: true },
      });
      expect(await finishedEvents(world, id)).toMatchObject([{ state: 'FAILED', credits: 0 }]);
    }
  });
});
