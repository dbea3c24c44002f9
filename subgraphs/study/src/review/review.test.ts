import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const { tell, pass } = study;

const schedule =
  'schedule { state due stability difficulty reps lapses scheduledDays retrievability presetVersion algorithm }';
const success = `... on SubmitReviewSuccess {
  replayed leechTriggered log { id grade stateBefore elapsedStudyDays undone card { id } } card { id leech ${schedule} }
  nextInQueue { id } streak { current atRisk }
}`;
const answer = `{ __typename ${success} ... on UserError { code path } }`;

const submit = (viewer: Viewer, cardId: string, grade: string, more: Record<string, unknown> = {}) =>
  tell(viewer, `mutation ($input: SubmitReviewInput!) { submitReview(input: $input) ${answer} }`, {
    input: { cardId, grade, clientReviewId: someKey(), ...more },
  });
const undo = (viewer: Viewer, reviewId: string) =>
  tell(viewer, `mutation ($reviewId: ID!) { undoReview(reviewId: $reviewId) ${answer} }`, { reviewId });
const preview = (viewer: Viewer, cardId: string) =>
  tell(
    viewer,
    'query ($cardId: ID!) { previewReview(cardId: $cardId) { grade due intervalDays stability difficulty } }',
    { cardId },
  );
const readCard = (viewer: Viewer, id: string) =>
  study.tellEntity(
    viewer,
    ['Card', id],
    `id leech ${schedule} history { totalCount edges { node { id grade undone } } }`,
  );

async function someLearner(cards = 1) {
  const viewer = someViewer({ timeZone: 'UTC' });
  const subject = await study.someSubject(viewer);
  const deck = await study.someDeck(viewer, subject.id);
  const ids = await study.someCards(viewer, deck.id, cards);
  return { viewer, subjectId: String(subject.id), deckId: String(deck.id), cardId: ids[0] ?? '', ids };
}

describe('review', () => {
  it('gives the intervals that every FSRS-6 implementation gives', async () => {
    const { viewer, cardId } = await someLearner();
    const grades = [...'GGGGGGAAGGGGG'].map((letter) => (letter === 'G' ? 'GOOD' : 'AGAIN'));
    const days: number[] = [];
    for (const grade of grades) {
      const foreseen = await preview(viewer, cardId);
      const { card } = await submit(viewer, cardId, grade);
      const promised = foreseen.find((one: { grade: string }) => one.grade === grade);
      expect(promised).toEqual({
        grade,
        due: card.schedule.due,
        intervalDays: card.schedule.scheduledDays,
        stability: card.schedule.stability,
        difficulty: card.schedule.difficulty,
      });
      days.push(card.schedule.scheduledDays);
      study.time.now = new Date(card.schedule.due);
    }
    expect(days).toEqual([0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]);
    study.time.now = new Date('2026-03-02T03:00:00Z');
  });

  it('waits 330 seconds after Hard on a new card', async () => {
    const { viewer, cardId } = await someLearner();
    const hard = (await preview(viewer, cardId)).find(({ grade }: { grade: string }) => grade === 'HARD');
    expect(new Date(hard.due).getTime() - study.time.now.getTime()).toBe(330_000);
  });

  it('has one effect for one client id, also when sent twenty times at once', async () => {
    const { viewer, cardId } = await someLearner();
    const clientReviewId = someKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => submit(viewer, cardId, 'GOOD', { clientReviewId })),
    );
    expect(new Set(answers.map(({ log }) => log.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await readCard(viewer, cardId)).schedule.reps).toBe(1);
    expect(await submit(viewer, cardId, 'AGAIN', { clientReviewId })).toMatchObject({
      __typename: 'ConflictError',
      code: 'IDEMPOTENCY_MISMATCH',
    });
    const told = (await outboxOf(study.database)).filter((event) => event.payload.cardId === cardId);
    expect(told).toEqual([
      {
        name: 'study.review.logged',
        payload: expect.objectContaining({ grade: 'GOOD', stateBefore: 'NEW', userId: viewer.id }),
      },
    ]);
    expect(told[0]?.payload.skillIds).toHaveLength(1);
  });

  it('tells what comes next and how the streak stands', async () => {
    const { viewer, cardId, ids } = await someLearner(2);
    const first = await submit(viewer, cardId, 'EASY');
    expect(first).toMatchObject({ nextInQueue: { id: ids[1] }, streak: { current: 1, atRisk: false } });
    expect(await submit(viewer, ids[1] ?? '', 'EASY')).toMatchObject({ nextInQueue: null });
  });

  it('takes the last review of a card back, and only the last', async () => {
    const { viewer, cardId } = await someLearner();
    const fresh = await readCard(viewer, cardId);
    const one = await submit(viewer, cardId, 'GOOD');
    const afterOne = await readCard(viewer, cardId);
    pass(0.2);
    const two = await submit(viewer, cardId, 'EASY');
    expect(await undo(viewer, one.log.id)).toMatchObject({ __typename: 'ConflictError' });
    expect(await undo(viewer, two.log.id)).toMatchObject({ replayed: false, log: { undone: true } });
    expect(await undo(viewer, two.log.id)).toMatchObject({ replayed: true, log: { undone: true } });
    expect((await readCard(viewer, cardId)).schedule).toEqual({ ...afterOne.schedule, retrievability: 1 });
    await undo(viewer, one.log.id);
    const back = await readCard(viewer, cardId);
    expect(back.schedule).toEqual(fresh.schedule);
    expect(back.history.totalCount).toBe(2);
    expect(back.history.edges.every(({ node }: { node: { undone: boolean } }) => node.undone)).toBe(true);
    const today = await study.tellUser(
      viewer,
      'streak { current } activity(from: "2026-03-02", to: "2026-03-02") { reviews }',
    );
    expect(today).toEqual({ streak: { current: 0 }, activity: [{ reviews: 0 }] });
  });

  it('makes a leech of a card that is forgotten eight times', async () => {
    const { viewer, cardId } = await someLearner();
    const start = study.time.now;
    let last = await submit(viewer, cardId, 'EASY');
    for (let lapse = 1; lapse <= 8; lapse += 1) {
      study.time.now = new Date(last.card.schedule.due);
      last = await submit(viewer, cardId, 'AGAIN');
      expect(last).toMatchObject({ leechTriggered: lapse === 8, card: { leech: lapse === 8 } });
      study.time.now = new Date(last.card.schedule.due);
      last = await submit(viewer, cardId, 'GOOD');
    }
    study.time.now = start;
  });

  it('schedules each review under the preset version it was made under', async () => {
    const { viewer, deckId, cardId } = await someLearner();
    const { preset } = await study.tellEntity(viewer, ['Deck', deckId], 'preset { id version name }');
    const save = `mutation ($id: ID!, $input: PresetInput!) { savePreset(id: $id, input: $input) {
      __typename ... on SchedulerPreset { version desiredRetention learningStepsMinutes } ... on ConflictError { currentVersion } } }`;
    const first = await submit(viewer, cardId, 'GOOD');
    expect(first.card.schedule).toMatchObject({ state: 'LEARNING', presetVersion: 1 });
    const input = { name: preset.name, desiredRetention: 0.95, learningStepsMinutes: [], expectedVersion: 1 };
    expect(await tell(viewer, save, { id: preset.id, input })).toMatchObject({
      version: 2,
      learningStepsMinutes: [],
    });
    expect(await tell(viewer, save, { id: preset.id, input })).toMatchObject({ currentVersion: 2 });
    expect((await readCard(viewer, cardId)).schedule).toMatchObject({ state: 'LEARNING', presetVersion: 1 });
    pass(0.2);
    const second = await submit(viewer, cardId, 'GOOD');
    expect(second.card.schedule).toMatchObject({ state: 'REVIEW', presetVersion: 2, scheduledDays: 1 });
    await undo(viewer, second.log.id);
    expect((await readCard(viewer, cardId)).schedule).toMatchObject({
      ...first.card.schedule,
      retrievability: 1,
    });
  });

  it('is the learner’s alone', async () => {
    const { viewer, cardId } = await someLearner();
    const stranger = someViewer();
    const { log } = await submit(viewer, cardId, 'GOOD');
    expect(await submit(stranger, cardId, 'GOOD')).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      path: null,
    });
    expect(await undo(stranger, log.id)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await preview(stranger, cardId)).toEqual([]);
    expect(await study.tellEntity(stranger, ['ReviewLog', log.id])).toBeNull();
    expect(await study.tellEntity(viewer, ['ReviewLog', log.id])).toEqual({ id: log.id });
    expect(await study.tellEntity(stranger, ['Card', cardId])).toBeNull();
    expect((await readCard(viewer, cardId)).history.totalCount).toBe(1);
  });

  it('belongs to a session and is its sign of life', async () => {
    const { viewer, subjectId, cardId } = await someLearner();
    const start =
      'mutation ($input: StartSessionInput!) { startStudySession(input: $input) { ... on StudySession { id } } }';
    const { id } = await tell(viewer, start, { input: { subjectId, idempotencyKey: someKey() } });
    pass(0.5);
    await submit(viewer, cardId, 'GOOD', { sessionId: id });
    const row = await study.database.studySession.findUniqueOrThrow({ where: { id } });
    expect(row.lastSeenAt).toEqual(study.time.now);
    const session = await tell(
      viewer,
      'query ($id: ID!) { studySession(id: $id) { reviews { totalCount edges { node { card { id } } } } } }',
      { id },
    );
    expect(session.reviews).toEqual({ totalCount: 1, edges: [{ node: { card: { id: cardId } } }] });
    expect(await submit(viewer, cardId, 'GOOD', { sessionId: 'sts_unknown' })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each([
    [{ durationMs: -1 }, 'durationMs'],
    [{ clientReviewId: '' }, 'clientReviewId'],
    [{ reviewedAt: '2099-01-01T00:00:00Z' }, 'reviewedAt'],
  ])('refuses %j', async (input, path) => {
    const { viewer, cardId } = await someLearner();
    expect(await submit(viewer, cardId, 'GOOD', input)).toMatchObject({ code: 'VALIDATION', path: [path] });
  });
});
