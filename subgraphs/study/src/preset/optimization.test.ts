import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { outboxOf, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';
import { defaultSettings } from '../review/schedule.ts';
import { runOptimization } from './optimization.service.ts';

const study = await openStudy();
const { tell } = study;

const optimize = (viewer: Viewer, presetId: string) =>
  tell(
    viewer,
    `mutation ($presetId: ID!) { optimizePreset(presetId: $presetId) {
      __typename ... on SchedulerPreset { id version optimizing } ... on StateError { currentState } ... on UserError { code }
    } }`,
    { presetId },
  );
const readPreset = (viewer: Viewer, id: string) =>
  study.tellEntity(
    viewer,
    ['SchedulerPreset', id],
    `version parameters optimizing lastOptimization {
      reviewsUsed logLossBefore logLossAfter rmseBinsBefore rmseBinsAfter accepted reason at
    }`,
  );

/** Does the jobs that were asked for and not done yet. */
async function runJobs(): Promise<void> {
  const open = await study.database.presetOptimization.findMany({ where: { finishedAt: null } });
  for (const { id } of open) await runOptimization(study.contextOf(null), { optimizationId: id });
}

const dayMs = 86_400_000;

/**
 * A learner with 60 cards, each reviewed ten times: `remembers` says whether after so many days without a review.
 * What they answer depends on nothing else, so that a scheduler can learn it.
 */
async function someHistory(remembers: (gap: number, draw: number) => boolean) {
  const viewer = someViewer({ timeZone: 'UTC' });
  const subject = await study.someSubject(viewer);
  const deck = await study.someDeck(viewer, subject.id);
  const ids = await study.someCards(viewer, deck.id, 60);
  const start = study.time.now.getTime() - 400 * dayMs;
  const reviews = ids.flatMap((cardId, card) => {
    let at = start + (card % 20) * dayMs;
    // Training takes the first interval from histories that begin alike.
    const firstGap = [1, 3, 7][card % 3] ?? 1;
    return Array.from({ length: 10 }, (_, index) => {
      const gap = index === 0 ? 0 : index === 1 ? firstGap : 1 + ((card * 7 + index * 13) % 36);
      at += gap * dayMs;
      const draw = ((card * 31 + index * 17) % 100) / 100;
      return {
        cardId,
        grade: index === 0 || remembers(gap, draw) ? 'GOOD' : 'AGAIN',
        reviewedAt: new Date(at).toISOString(),
        clientReviewId: `${card} ${index}`,
      };
    });
  });
  for (const batch of [reviews.slice(0, 300), reviews.slice(300)]) {
    await tell(
      viewer,
      'mutation ($reviews: [SubmitReviewInput!]!) { syncReviews(reviews: $reviews) { accepted } }',
      { reviews: batch },
    );
  }
  return { viewer, presetId: String(deck.preset.id) };
}

describe('optimizing a preset', () => {
  it('makes a new version when what was held out is predicted better', async () => {
    const { viewer, presetId } = await someHistory((gap, draw) => draw < 0.97 ** gap);
    expect(await optimize(viewer, presetId)).toMatchObject({
      __typename: 'SchedulerPreset',
      version: 1,
      optimizing: true,
    });
    expect(await optimize(viewer, presetId)).toMatchObject({ version: 1, optimizing: true });
    const jobs = await outboxOf(study.database, 'JOB');
    const [asked, ...more] = await study.database.presetOptimization.findMany({ where: { presetId } });
    expect(more).toEqual([]);
    expect(jobs.filter(({ payload }) => payload.optimizationId === asked?.id)).toHaveLength(1);

    await runJobs();
    await runJobs();
    const preset = await readPreset(viewer, presetId);
    expect(preset).toMatchObject({
      version: 2,
      optimizing: false,
      lastOptimization: { accepted: true, reviewsUsed: 600, at: study.time.now.toISOString() },
    });
    expect(preset.lastOptimization.logLossAfter).toBeLessThan(preset.lastOptimization.logLossBefore);
    expect(preset.parameters).toHaveLength(21);
    expect(preset.parameters).not.toEqual([...defaultSettings.parameters]);
    const versions = await study.database.presetVersion.findMany({
      where: { presetId },
      orderBy: { version: 'asc' },
    });
    expect(versions.map(({ version, parameters }) => [version, parameters])).toEqual([
      [1, [...defaultSettings.parameters]],
      [2, preset.parameters],
    ]);

    // What the first training found is not beaten by a second one on the same reviews.
    study.pass(1);
    await optimize(viewer, presetId);
    await runJobs();
    expect(await readPreset(viewer, presetId)).toMatchObject({
      version: 2,
      parameters: preset.parameters,
      lastOptimization: { accepted: false, reason: expect.stringContaining('not predicted better') },
    });
  });

  it('keeps the parameters when the past says nothing of what was held out', async () => {
    const { viewer, presetId } = await someHistory(() => false);
    // The latest fifth turns against everything before it.
    const log = await study.database.reviewLog.findMany({
      where: { userId: viewer.id },
      orderBy: { reviewedAt: 'asc' },
      skip: 480,
    });
    await study.database.reviewLog.updateMany({
      where: { id: { in: log.map(({ id }) => id) } },
      data: { grade: 'GOOD' },
    });
    await optimize(viewer, presetId);
    await runJobs();
    const preset = await readPreset(viewer, presetId);
    expect(preset).toMatchObject({
      version: 1,
      parameters: [...defaultSettings.parameters],
      lastOptimization: { accepted: false },
    });
    expect(preset.lastOptimization.logLossAfter).toBeGreaterThanOrEqual(
      preset.lastOptimization.logLossBefore,
    );
  });

  it('wants 400 reviews on later days, and the preset’s owner', async () => {
    const viewer = someViewer();
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    expect(await optimize(viewer, deck.preset.id)).toMatchObject({
      __typename: 'StateError',
      currentState: 'TOO_FEW_REVIEWS',
    });
    expect(await optimize(someViewer(), deck.preset.id)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await readPreset(viewer, deck.preset.id)).toMatchObject({
      optimizing: false,
      lastOptimization: null,
    });
  });
});

describe('simulateWorkload', () => {
  const simulate = (viewer: Viewer, input: Record<string, unknown>) =>
    tell(
      viewer,
      `query ($input: SimulateWorkloadInput!) { simulateWorkload(input: $input) {
        minimumRecommendedRetention points { desiredRetention reviewsPerDay minutesPerDay rememberedAtEnd }
      } }`,
      { input },
    );

  it('is the same for the same seed, and asks more reviews for more retention', async () => {
    const viewer = someViewer({ timeZone: 'UTC' });
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    await study.someCards(viewer, deck.id, 100);
    const input = { presetId: deck.preset.id, desiredRetention: [0.75, 0.85, 0.95], days: 365, seed: 7 };
    const answer = await simulate(viewer, input);
    expect(await simulate(viewer, input)).toEqual(answer);
    expect(await simulate(viewer, { ...input, seed: 8 })).not.toEqual(answer);
    const [low, middle, high] = answer.points;
    expect(low.reviewsPerDay).toBeLessThan(middle.reviewsPerDay);
    expect(middle.reviewsPerDay).toBeLessThan(high.reviewsPerDay);
    expect(low.rememberedAtEnd).toBeLessThan(high.rememberedAtEnd);
    expect(high.rememberedAtEnd).toBeGreaterThan(90);
    expect(high.rememberedAtEnd).toBeLessThanOrEqual(100);
    expect([0.75, 0.85, 0.95]).toContain(answer.minimumRecommendedRetention);
    const row = await study.database.card.findFirstOrThrow({ where: { deckId: deck.id } });
    expect(row.state).toBe('NEW');
  });

  it('is bounded, and for the preset’s owner', async () => {
    const viewer = someViewer();
    const subject = await study.someSubject(viewer);
    const { preset } = await study.someDeck(viewer, subject.id);
    const input = { presetId: preset.id, desiredRetention: [0.9] };
    expect(await simulate(someViewer(), input)).toBeNull();
    for (const wrong of [
      { days: 731 },
      { days: 0 },
      { desiredRetention: [] },
      { desiredRetention: [0.99] },
      { desiredRetention: Array.from({ length: 9 }, () => 0.9) },
    ]) {
      const query =
        'query ($input: SimulateWorkloadInput!) { simulateWorkload(input: $input) { minimumRecommendedRetention } }';
      const { errors } = await study.ask(viewer, query, { input: { ...input, ...wrong } });
      expect(errors[0]?.extensions.code).toBe('VALIDATION');
    }
  });

  it('sends as many queries for many cards as for few', async () => {
    const viewer = someViewer();
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    await study.someCards(viewer, deck.id, 2);
    const input = { presetId: deck.preset.id, desiredRetention: [0.9], days: 30 };
    const count = async () => {
      const before = study.sent.count;
      await simulate(viewer, input);
      return study.sent.count - before;
    };
    const few = await count();
    await study.someCards(viewer, deck.id, 50);
    expect(await count()).toBe(few);
  });
});
