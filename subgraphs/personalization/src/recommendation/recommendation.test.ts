import { afterAll, describe, expect, it } from '@jest/globals';
import { newId, newRowId } from '@studymate/contracts';
import { connectPersonalization } from '@studymate/database/personalization';
import { asker, countQueries, deliver, someKey, someViewer, testDatabase } from '@studymate/testkit';
import { createContext } from '../context.ts';
import { personalizationEvents } from '../events.ts';
import { schema } from '../schema.ts';

const postgres = await testDatabase('personalization');
const database = connectPersonalization(postgres.url);
const ask = asker(schema, (viewer) => createContext({ database, resources: {}, viewer }));
const system = () => createContext({ database, resources: {}, viewer: null });

afterAll(() => database.$disconnect());

async function someoneWithMaterial(locale = 'en') {
  const viewer = someViewer({ locale });
  const subjectId = newId('Subject');
  const materialId = newId('Material');
  const place = { subjectId, ownerId: viewer.id };
  await deliver(system(), personalizationEvents['study.subject.created'], {
    name: 'study.subject.created',
    payload: { ...place, title: 'Biology', defaultSkillId: newId('Skill') },
  });
  await deliver(system(), personalizationEvents['study.material.ready'], {
    name: 'study.material.ready',
    payload: {
      ...place,
      materialId,
      revision: 1,
      title: 'Photosynthesis',
      language: 'en',
      charCount: 6_000,
      contentKey: 'k',
    },
  });
  return { viewer, subjectId, materialId };
}

const reviewed = (userId: string, subjectId: string, deckId: string, nextDueAt: Date) =>
  deliver(system(), personalizationEvents['study.review.logged'], {
    name: 'study.review.logged',
    payload: {
      reviewId: newId('ReviewLog'),
      userId,
      cardId: newId('Card'),
      deckId,
      subjectId,
      skillIds: [],
      grade: 'GOOD',
      stateBefore: 'REVIEW',
      reviewedAt: new Date().toISOString(),
      nextDueAt: nextDueAt.toISOString(),
      studyDay: '2026-03-01',
    },
  });

const query = `query ($minutes: Int) { nextActivities(minutesAvailable: $minutes) {
  id kind score rank estimatedMinutes activity { __typename ... on Material { id } ... on Deck { id } }
  reasons { code text contribution } } }`;

describe('recommendations', () => {
  it('come with reasons that add up to the score, in the language of the learner', async () => {
    const { viewer, materialId } = await someoneWithMaterial('ko');

    const { data } = await ask(viewer, query);

    const [first] = data.nextActivities;
    expect(first).toMatchObject({
      kind: 'NEW_MATERIAL',
      rank: 1,
      activity: { __typename: 'Material', id: materialId },
    });
    const sum = first.reasons.reduce(
      (total: number, reason: { contribution: number }) => total + reason.contribution,
      0,
    );
    expect(Math.abs(sum - first.score)).toBeLessThan(1e-9);
    expect(first.reasons[0].text).toContain('아직 배울 것이 있습니다');
  });

  it('keep their ids when nothing has changed', async () => {
    const { viewer } = await someoneWithMaterial();

    expect((await ask(viewer, query)).data).toEqual((await ask(viewer, query)).data);
  });

  it('put due cards before new material and fit the minutes', async () => {
    const { viewer, subjectId } = await someoneWithMaterial();
    const deckId = newId('Deck');
    await deliver(system(), personalizationEvents['study.deck.created'], {
      name: 'study.deck.created',
      payload: { deckId, subjectId, ownerId: viewer.id, title: 'Terms' },
    });
    await reviewed(viewer.id, subjectId, deckId, new Date(Date.now() - 3_600_000));

    const all = (await ask(viewer, query)).data.nextActivities;
    const inTwoMinutes = (await ask(viewer, query, { minutes: 2 })).data.nextActivities;

    expect(all[0]).toMatchObject({ kind: 'REVIEW_DUE', activity: { id: deckId } });
    expect(all[0].reasons[0].text).toBe('1 card is due in “Terms”');
    expect(inTwoMinutes.map(({ kind }: { kind: string }) => kind)).toEqual(['REVIEW_DUE']);
  });

  it('are not repeated when they were dismissed, and feedback with the same key counts once', async () => {
    const { viewer } = await someoneWithMaterial();
    const [{ id }] = (await ask(viewer, query)).data.nextActivities;
    const mutation = `mutation ($id: ID!, $key: String!, $feedback: RecommendationFeedback!) {
      recordRecommendationFeedback(id: $id, feedback: $feedback, idempotencyKey: $key) {
        __typename ... on Recommendation { id } ... on UserError { code } } }`;
    const key = someKey();
    const say = (feedback: string, who = viewer) => ask(who, mutation, { id, key, feedback });

    expect((await say('DISMISSED', someViewer())).data.recordRecommendationFeedback).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
    });
    expect((await say('DISMISSED')).data.recordRecommendationFeedback).toEqual({
      __typename: 'Recommendation',
      id,
    });
    expect((await say('DISMISSED')).data.recordRecommendationFeedback).toEqual({
      __typename: 'Recommendation',
      id,
    });
    expect((await say('ACCEPTED')).data.recordRecommendationFeedback).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    expect((await ask(viewer, query)).data.nextActivities).toEqual([]);
  });

  it('are for the learner only and page by rank in a fixed number of queries', async () => {
    const { viewer, subjectId } = await someoneWithMaterial();
    for (let index = 0; index < 4; index += 1) {
      await deliver(system(), personalizationEvents['quiz.quiz.published'], {
        name: 'quiz.quiz.published',
        payload: {
          quizId: newId('Quiz'),
          subjectId,
          ownerId: viewer.id,
          title: `Quiz ${index}`,
          difficulty: 'EASY',
          questionCount: 5,
          skillIds: [],
        },
        id: newRowId(),
      });
    }
    const { client, sent } = countQueries(database);
    const askCounted = asker(schema, (who) =>
      createContext({ database: client, resources: {}, viewer: who }),
    );
    const page = `query ($id: ID!, $after: String) { _entities(representations: [{ __typename: "User", id: $id }]) {
      ... on User { recommendations(first: 3, after: $after) { edges { node { rank } } pageInfo { hasNextPage endCursor } } } } }`;

    const first = (await askCounted(viewer, page, { id: viewer.id })).data._entities[0].recommendations;
    expect(sent.count).toBe(2);
    sent.count = 0;
    expect((await askCounted(viewer, page, { id: viewer.id })).data._entities[0].recommendations).toEqual(
      first,
    );
    // What still stands is not written again.
    expect(sent.count).toBe(1);
    const second = (await ask(viewer, page, { id: viewer.id, after: first.pageInfo.endCursor })).data
      ._entities[0];

    expect(first.edges.map(({ node }: { node: { rank: number } }) => node.rank)).toEqual([1, 2, 3]);
    expect(second.recommendations.edges.map(({ node }: { node: { rank: number } }) => node.rank)).toEqual([
      4, 5,
    ]);
    expect(second.recommendations.pageInfo.hasNextPage).toBe(false);
    expect((await ask(someViewer(), page, { id: viewer.id })).data._entities).toEqual([
      { recommendations: null },
    ]);
  });
});
