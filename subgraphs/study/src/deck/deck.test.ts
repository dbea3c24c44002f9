import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const { tell } = study;

const createDeck = `mutation ($subjectId: ID!, $title: String!, $presetId: ID, $key: String!) {
  createDeck(subjectId: $subjectId, title: $title, presetId: $presetId, idempotencyKey: $key) {
    __typename ... on Deck { id title preset { id name version newPerDay fuzz } } ... on UserError { code path }
  }
}`;
const savePreset = `mutation ($id: ID, $input: PresetInput!) { savePreset(id: $id, input: $input) {
  __typename ... on SchedulerPreset { id name version desiredRetention newPerDay parameters } ... on UserError { code path } } }`;

async function someLearner() {
  const viewer = someViewer();
  return { viewer, subjectId: String((await study.someSubject(viewer)).id) };
}
const make = (viewer: Viewer, subjectId: string, more: Record<string, unknown> = {}) =>
  tell(viewer, createDeck, { subjectId, title: 'Cells', key: someKey(), ...more });

describe('deck', () => {
  it('is created once per key, under the learner’s one standard preset', async () => {
    const { viewer, subjectId } = await someLearner();
    const key = someKey();
    const same = await Promise.all(Array.from({ length: 20 }, () => make(viewer, subjectId, { key })));
    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    expect(same[0].preset).toMatchObject({ name: 'Standard', version: 1, newPerDay: 20, fuzz: false });
    const others = await Promise.all([make(viewer, subjectId), make(viewer, subjectId)]);
    expect(new Set([...same, ...others].map(({ preset }) => preset.id)).size).toBe(1);
    expect(await make(viewer, subjectId, { key, title: 'Other' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    const told = (await outboxOf(study.database)).filter(({ payload }) => payload.deckId === same[0].id);
    expect(told.map(({ name }) => name)).toEqual(['study.deck.created']);
  });

  it('is its owner’s alone', async () => {
    const { viewer, subjectId } = await someLearner();
    const stranger = someViewer();
    const { id } = await make(viewer, subjectId);
    expect(await study.tellEntity(viewer, ['Deck', id])).toEqual({ id });
    expect(await study.tellEntity(stranger, ['Deck', id])).toBeNull();
    expect(await make(stranger, subjectId)).toMatchObject({ __typename: 'NotFoundError' });
  });

  it('takes a preset of its owner only', async () => {
    const { viewer, subjectId } = await someLearner();
    const preset = await tell(viewer, savePreset, {
      input: { name: 'Strict', desiredRetention: 0.95, newPerDay: 5 },
    });
    expect(preset).toMatchObject({ version: 1, desiredRetention: 0.95, newPerDay: 5 });
    expect(preset.parameters).toHaveLength(21);
    expect((await make(viewer, subjectId, { presetId: preset.id })).preset.id).toBe(preset.id);
    const other = await someLearner();
    expect(await make(other.viewer, other.subjectId, { presetId: preset.id })).toMatchObject({
      code: 'NOT_FOUND',
    });
    const revision = { id: preset.id, input: { name: 'Mine', desiredRetention: 0.8, expectedVersion: 1 } };
    expect(await tell(other.viewer, savePreset, revision)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await study.tellEntity(other.viewer, ['SchedulerPreset', preset.id])).toBeNull();
    expect(await study.tellEntity(viewer, ['SchedulerPreset', preset.id])).toEqual({ id: preset.id });
  });

  it.each([
    [{ name: 'X', desiredRetention: 0.98 }, 'desiredRetention'],
    [{ name: '', desiredRetention: 0.9 }, 'name'],
    [{ name: 'X', desiredRetention: 0.9, learningStepsMinutes: [0] }, 'learningStepsMinutes'],
  ])('refuses the preset %j', async (input, field) => {
    const answer = await tell(someViewer(), savePreset, { input });
    expect(answer).toMatchObject({ code: 'VALIDATION' });
    expect(answer.path.slice(0, 2)).toEqual(['input', field]);
  });

  it('counts its cards by state', async () => {
    const { viewer, subjectId } = await someLearner();
    const { id } = await make(viewer, subjectId);
    const [first = '', second = '', third = ''] = await study.someCards(viewer, id, 4);
    const submit = 'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename } }';
    for (const [cardId, grade] of [
      [first, 'GOOD'],
      [second, 'EASY'],
    ]) {
      await tell(viewer, submit, { input: { cardId, grade, clientReviewId: someKey() } });
    }
    await tell(
      viewer,
      'mutation ($id: ID!) { updateCard(id: $id, suspended: true, expectedVersion: 1) { __typename } }',
      { id: third },
    );
    const counts = 'counts { new learning due suspended leeches }';
    expect((await study.tellEntity(viewer, ['Deck', id], counts)).counts).toEqual({
      new: 1,
      learning: 1,
      due: 0,
      suspended: 1,
      leeches: 0,
    });
    study.pass(24 * 9);
    expect((await study.tellEntity(viewer, ['Deck', id], counts)).counts).toMatchObject({
      learning: 1,
      due: 1,
    });
    expect(await study.tellEntity(viewer, ['Subject', subjectId], 'dueCount')).toEqual({ dueCount: 2 });
  });
});
