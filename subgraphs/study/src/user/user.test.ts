import { describe, expect, it } from '@jest/globals';
import { type EventPayload, newId, type Viewer } from '@studymate/contracts';
import { deliver, outboxOf, someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';
import { updateUserStats } from '../maintenance/maintenance.jobs.ts';
import { studyEvents } from '../worker.ts';

const study = await openStudy();
const { tell, tellUser } = study;

async function someLearner(more: Partial<Viewer> = {}, cards = 4) {
  const viewer = someViewer(more);
  const subject = await study.someSubject(viewer);
  const deck = await study.someDeck(viewer, subject.id);
  const ids = await study.someCards(viewer, deck.id, cards);
  return { viewer, subjectId: String(subject.id), ids };
}
const at = (instant: string) => {
  study.time.now = new Date(instant);
};
const review = (viewer: Viewer, cardId = '', grade = 'GOOD', more: Record<string, unknown> = {}) =>
  tell(
    viewer,
    'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename ... on UserError { message } } }',
    {
      input: { cardId, grade, clientReviewId: someKey(), ...more },
    },
  );
const freeze = (viewer: Viewer, date: string) =>
  tell(
    viewer,
    `mutation ($date: Date!) { useStreakFreeze(date: $date) {
    __typename ... on StreakUpdated { streak { current freezesAvailable freezesUsed } } ... on StateError { currentState } ... on ValidationError { constraint }
  } }`,
    { date },
  );
const setGoal = (viewer: Viewer, input: Record<string, unknown>) =>
  tell(
    viewer,
    `mutation ($kind: GoalKind!, $target: Int!, $period: GoalPeriod!, $subjectId: ID, $endsOn: Date) {
    setGoal(kind: $kind, target: $target, period: $period, subjectId: $subjectId, endsOn: $endsOn) {
      __typename ... on StudyGoal { id current fraction onTrack metAt startsOn endsOn subject { id } } ... on UserError { code path }
    }
  }`,
    input,
  );
const streak = 'streak { current longest lastQualifiedDay atRisk expiresAt freezesAvailable }';

describe('streak', () => {
  it.each([
    // zone, evening before and morning after the rollover, and when the streak breaks after both
    ['Asia/Seoul', '2026-03-01T18:59:00Z', '2026-03-01T19:01:00Z', '2026-03-03T19:00:00.000Z'],
    ['Asia/Kathmandu', '2026-03-01T22:14:00Z', '2026-03-01T22:16:00Z', '2026-03-03T22:15:00.000Z'],
    ['America/New_York', '2026-03-08T07:59:00Z', '2026-03-08T08:01:00Z', '2026-03-10T08:00:00.000Z'],
    ['Europe/London', '2026-10-25T03:59:00Z', '2026-10-25T04:01:00Z', '2026-10-27T04:00:00.000Z'],
    ['Pacific/Apia', '2026-03-01T14:59:00Z', '2026-03-01T15:01:00Z', '2026-03-03T15:00:00.000Z'],
  ])('in %s counts study days by the wall clock', async (timeZone, evening, morning, breaks) => {
    at(new Date(new Date(evening).getTime() - 3_600_000).toISOString());
    const { viewer, ids } = await someLearner({ timeZone });
    at(evening);
    await review(viewer, ids[0]);
    expect((await tellUser(viewer, streak)).streak).toMatchObject({ current: 1, atRisk: false });
    at(morning);
    expect((await tellUser(viewer, streak)).streak).toMatchObject({ current: 1, atRisk: true });
    await review(viewer, ids[1]);
    expect((await tellUser(viewer, streak)).streak).toMatchObject({
      current: 2,
      longest: 2,
      atRisk: false,
      expiresAt: breaks,
    });
    at(new Date(new Date(breaks).getTime() - 1).toISOString());
    expect((await tellUser(viewer, streak)).streak).toMatchObject({
      current: 2,
      atRisk: true,
      expiresAt: breaks,
    });
    at(breaks);
    expect((await tellUser(viewer, streak)).streak).toMatchObject({
      current: 0,
      longest: 2,
      expiresAt: null,
    });
  });

  it('neither doubles nor breaks when the learner flies from Seoul to Honolulu', async () => {
    at('2026-03-01T20:00:00Z');
    const { viewer, ids } = await someLearner({ timeZone: 'Asia/Seoul' });
    await review(viewer, ids[0]);
    const away = { ...viewer, timeZone: 'Pacific/Honolulu' };
    await review(away, ids[1]);
    at('2026-03-02T10:00:00Z');
    expect((await tellUser(away, streak)).streak.current).toBeGreaterThanOrEqual(1);
    at('2026-03-02T20:00:00Z');
    await review(away, ids[2]);
    expect((await tellUser(away, streak)).streak.current).toBe(2);
  });

  it('is bridged by a freeze, which is used once', async () => {
    at('2026-03-01T03:00:00Z');
    const { viewer, ids } = await someLearner();
    await review(viewer, ids[0]);
    at('2026-03-03T03:00:00Z');
    expect((await tellUser(viewer, streak)).streak.current).toBe(0);
    expect(await freeze(viewer, '2026-03-02')).toMatchObject({
      streak: { current: 1, freezesAvailable: 1, freezesUsed: ['2026-03-02'] },
    });
    expect(await freeze(viewer, '2026-03-02')).toMatchObject({ streak: { freezesAvailable: 1 } });
    expect(await freeze(viewer, '2026-03-01')).toEqual({
      __typename: 'StateError',
      currentState: 'QUALIFIED',
    });
    expect(await freeze(viewer, '2026-03-04')).toEqual({
      __typename: 'ValidationError',
      constraint: 'FUTURE',
    });
    expect(await freeze(viewer, '2026-02-20')).toEqual({
      __typename: 'ValidationError',
      constraint: 'TOO_OLD',
    });
    await review(viewer, ids[1]);
    const days = await tellUser(
      viewer,
      'streak { current days(from: "2026-02-28", to: "2026-03-04") { state reviews } }',
    );
    expect(days.streak).toEqual({
      current: 2,
      days: [
        { state: 'MISSED', reviews: 0 },
        { state: 'QUALIFIED', reviews: 1 },
        { state: 'FROZEN', reviews: 0 },
        { state: 'QUALIFIED', reviews: 1 },
        { state: 'FUTURE', reviews: 0 },
      ],
    });
  });
});

describe('goal', () => {
  it('counts in its window, keeps pace, and is met once', async () => {
    at('2026-03-03T19:00:00Z'); // Wednesday 04:00 in Seoul
    const { viewer, subjectId, ids } = await someLearner();
    const goal = await setGoal(viewer, { kind: 'REVIEWS', target: 4, period: 'DAILY' });
    expect(goal).toMatchObject({
      current: 0,
      fraction: 0,
      onTrack: true,
      metAt: null,
      startsOn: '2026-03-04',
    });
    expect((await setGoal(viewer, { kind: 'REVIEWS', target: 4, period: 'DAILY' })).id).toBe(goal.id);
    await setGoal(viewer, { kind: 'NEW_CARDS', target: 3, period: 'WEEKLY', subjectId });
    study.pass(12);
    await review(viewer, ids[0]);
    await review(viewer, ids[1]);
    const read = () => tellUser(viewer, 'goals { kind current fraction onTrack metAt subject { id } }');
    expect((await read()).goals).toEqual([
      { kind: 'REVIEWS', current: 2, fraction: 0.5, onTrack: true, metAt: null, subject: null },
      {
        kind: 'NEW_CARDS',
        current: 2,
        fraction: 2 / 3,
        onTrack: true,
        metAt: null,
        subject: { id: subjectId },
      },
    ]);
    study.pass(1);
    expect((await read()).goals[0].onTrack).toBe(false);
    await review(viewer, ids[2]);
    await review(viewer, ids[3]);
    const metAt = study.time.now.toISOString();
    expect((await read()).goals).toMatchObject([
      { current: 4, fraction: 1, onTrack: true, metAt },
      { current: 4, metAt },
    ]);
    const told = (await outboxOf(study.database)).filter(
      ({ name, payload }) => name === 'study.goal.met' && payload.userId === viewer.id,
    );
    expect(told).toHaveLength(2);
    study.pass(24);
    expect((await read()).goals).toMatchObject([
      { current: 0, metAt: null },
      { current: 4, metAt },
    ]);
  });

  it('is replaced by one of the same kind, period and subject', async () => {
    const { viewer } = await someLearner();
    await setGoal(viewer, { kind: 'MINUTES', target: 30, period: 'DAILY' });
    await setGoal(viewer, { kind: 'MINUTES', target: 60, period: 'DAILY' });
    expect((await tellUser(viewer, 'goals { target }')).goals).toEqual([{ target: 60 }]);
    expect((await tellUser(viewer, 'goals(active: false) { target }')).goals).toEqual([{ target: 30 }]);
  });

  it.each([
    [{ kind: 'REVIEWS', target: 0, period: 'DAILY' }, 'target'],
    [{ kind: 'REVIEWS', target: 1, period: 'UNTIL_DATE' }, 'endsOn'],
    [{ kind: 'REVIEWS', target: 1, period: 'UNTIL_DATE', endsOn: '2001-01-01' }, 'endsOn'],
  ])('refuses %j', async (input, path) => {
    expect(await setGoal(someViewer(), input)).toMatchObject({ code: 'VALIDATION', path: [path] });
  });

  it('is its owner’s alone', async () => {
    const { viewer, subjectId } = await someLearner();
    const stranger = someViewer();
    const { id } = await setGoal(viewer, { kind: 'MINUTES', target: 30, period: 'DAILY' });
    expect(await study.tellEntity(viewer, ['StudyGoal', id])).toEqual({ id });
    expect(await study.tellEntity(stranger, ['StudyGoal', id])).toBeNull();
    const input = { kind: 'MINUTES', target: 30, period: 'DAILY', subjectId };
    expect(await setGoal(stranger, input)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

const quizGraded = (userId: string, subjectId: string): EventPayload<'quiz.attempt.graded'> => ({
  attemptId: newId('QuizAttempt'),
  quizId: newId('Quiz'),
  quizTitle: 'Q',
  subjectId,
  userId,
  score: 1,
  maxScore: 2,
  fraction: 0.5,
  passed: null,
  gradedAt: study.time.now.toISOString(),
  items: [],
});
const levelled = (
  learner: { viewer: Viewer; subjectId: string },
  skillId: string,
  after: 'FAMILIAR' | 'MASTERED',
) => ({
  userId: learner.viewer.id,
  subjectId: learner.subjectId,
  skillId,
  skillTitle: 'S',
  before: 'NOT_STARTED' as const,
  after,
  probabilityBefore: 0,
  probabilityAfter: 1,
  reason: 'test',
  changedAt: study.time.now.toISOString(),
});

describe('what a learner did', () => {
  it('adds up by day, in statistics and in the subject’s progress', async () => {
    at('2026-03-01T03:00:00Z');
    const learner = await someLearner();
    const { viewer, subjectId, ids } = learner;
    await review(viewer, ids[0], 'EASY', { durationMs: 4_000 });
    await review(viewer, ids[1], 'AGAIN', { durationMs: 8_000 });
    const session = await tell(
      viewer,
      'mutation ($input: StartSessionInput!) { startStudySession(input: $input) { ... on StudySession { id } } }',
      { input: { subjectId, idempotencyKey: someKey() } },
    );
    study.pass(0.5);
    await tell(viewer, 'mutation ($id: ID!) { finishStudySession(id: $id) { __typename } }', {
      id: session.id,
    });
    at('2026-03-11T03:00:00Z');
    await review(viewer, ids[0], 'GOOD');
    const general = await study.database.skill.findFirstOrThrow({ where: { subjectId } });
    const tellStudy = study.contextOf(null);
    await deliver(tellStudy, studyEvents['personalization.mastery.changed'], {
      name: 'personalization.mastery.changed',
      payload: levelled(learner, general.id, 'FAMILIAR'),
    });

    const user = await tellUser(
      viewer,
      `activity(from: "2026-03-01", to: "2026-03-02") { date studiedSeconds reviews correctRate }
      studyStats(period: ALL) { studiedSeconds sessions reviews trueRetention averageSecondsPerReview bestHourLocal }
      week: studyStats { reviews studiedSeconds }`,
    );
    expect(user.activity).toEqual([
      { date: '2026-03-01', studiedSeconds: 1800, reviews: 2, correctRate: 0.5 },
      { date: '2026-03-02', studiedSeconds: 0, reviews: 0, correctRate: null },
    ]);
    expect(user.studyStats).toEqual({
      studiedSeconds: 1800,
      sessions: 1,
      reviews: 3,
      trueRetention: 1,
      averageSecondsPerReview: 6,
      bestHourLocal: 12,
    });
    expect(user.week).toEqual({ reviews: 1, studiedSeconds: 0 });

    const { progress } = await study.tellEntity(
      viewer,
      ['Subject', subjectId],
      `progress { completionRate studiedSeconds cardsMature cardsTotal
      estimatedRetention lastActivityAt trend { date completionRate studiedSeconds } }`,
    );
    const cards = await study.database.card.findMany({ where: { subjectId } });
    const credit = cards.reduce((sum, { stability }) => sum + Math.min(1, (stability ?? 0) / 21), 0);
    expect(progress).toMatchObject({
      studiedSeconds: 1800,
      cardsTotal: 4,
      lastActivityAt: '2026-03-11T03:00:00.000Z',
    });
    expect(progress.completionRate).toBeCloseTo((credit + 0.5) / 5, 9);
    expect(progress.cardsMature).toBe(cards.filter(({ stability }) => (stability ?? 0) >= 21).length);
    expect(progress.estimatedRetention).toBeGreaterThan(0.5);
    expect(progress.trend).toHaveLength(30);
    expect(progress.trend.at(-1)).toEqual({
      date: '2026-03-11',
      completionRate: progress.completionRate,
      studiedSeconds: 0,
    });
    expect(progress.trend.at(-11)).toMatchObject({ date: '2026-03-01', studiedSeconds: 1800 });
    expect(progress.trend.at(-12)).toMatchObject({ completionRate: 0 });
  });

  it('counts each event of others once, and a late one not at all', async () => {
    at('2026-03-02T12:00:00Z');
    const learner = await someLearner();
    const { viewer, subjectId } = learner;
    const tellStudy = study.contextOf(null);
    const event = { name: 'quiz.attempt.graded', payload: quizGraded(viewer.id, subjectId) } as const;
    for (const id of ['one', 'one', 'two'])
      await deliver(tellStudy, studyEvents['quiz.attempt.graded'], { ...event, id: `${id} ${viewer.id}` });
    const general = await study.database.skill.findFirstOrThrow({ where: { subjectId } });
    const early = levelled(learner, general.id, 'FAMILIAR');
    study.pass(1);
    for (const payload of [levelled(learner, general.id, 'MASTERED'), early]) {
      await deliver(tellStudy, studyEvents['personalization.mastery.changed'], {
        name: 'personalization.mastery.changed',
        payload,
      });
    }
    await setGoal(viewer, { kind: 'QUIZZES', target: 2, period: 'MONTHLY' });
    await setGoal(viewer, { kind: 'MASTERED_SKILLS', target: 1, period: 'MONTHLY' });
    expect((await tellUser(viewer, 'goals { current }')).goals).toEqual([{ current: 1 }, { current: 1 }]);
    const rows = await study.database.activityDay.findMany({ where: { userId: viewer.id } });
    await updateUserStats(tellStudy, { userId: viewer.id });
    expect(await study.database.activityDay.findMany({ where: { userId: viewer.id } })).toEqual(rows);
  });

  it('counts by the clock of the profile when nobody is asking', async () => {
    const { viewer, subjectId } = await someLearner({ timeZone: 'Asia/Seoul' });
    const profile = {
      userId: viewer.id,
      email: 'a@b.c',
      displayName: 'Ada',
      locale: 'ko',
      timeZone: 'Asia/Seoul',
      dayStartMinutes: 240,
    };
    await deliver(study.contextOf(null), studyEvents['auth.user.updated'], {
      name: 'auth.user.updated',
      payload: profile,
    });
    at('2026-03-01T18:30:00Z');
    await deliver(study.contextOf(null), studyEvents['quiz.attempt.graded'], {
      name: 'quiz.attempt.graded',
      payload: quizGraded(viewer.id, subjectId),
    });
    const row = await study.database.activityDay.findFirstOrThrow({
      where: { userId: viewer.id, quizzes: 1 },
    });
    expect(row.studyDay).toBe('2026-03-01');
  });

  it('is the learner’s alone', async () => {
    const { viewer, ids, subjectId } = await someLearner();
    await review(viewer, ids[0]);
    const stranger = someViewer({ roles: ['ADMIN'] });
    const selection =
      'streak { current } goals { id } activity(from: "2026-03-01", to: "2026-03-02") { reviews } studyStats { reviews } activeStudySession { id }';
    expect(await tellUser(viewer, selection, stranger)).toEqual({
      streak: null,
      goals: null,
      activity: null,
      studyStats: null,
      activeStudySession: null,
    });
    expect(await study.tellEntity(viewer, ['StudyProgress', subjectId])).toEqual({ id: subjectId });
    expect(await study.tellEntity(stranger, ['StudyProgress', subjectId])).toBeNull();
  });

  it('is bounded', async () => {
    const { viewer } = await someLearner();
    const query =
      'query ($user: [_Any!]!) { _entities(representations: $user) { ... on User { activity(from: "2020-01-01", to: "2026-01-01") { date } } } }';
    const { errors } = await study.ask(viewer, query, { user: [{ __typename: 'User', id: viewer.id }] });
    expect(errors[0]?.extensions.code).toBe('VALIDATION');
  });
});
