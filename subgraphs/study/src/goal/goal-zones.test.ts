import { describe, expect, it } from '@jest/globals';
import { someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const { tell, tellUser } = study;

const at = (instant: string, seconds = 0) => {
  study.time.now = new Date(new Date(instant).getTime() + seconds * 1_000);
};

describe('a daily goal', () => {
  it.each([
    // zone, first instants of a study day and of the next, and how many hours the day has
    ['Asia/Seoul', '2026-03-01T19:00:00Z', '2026-03-02T19:00:00Z', 24],
    ['Asia/Kathmandu', '2026-03-01T22:15:00Z', '2026-03-02T22:15:00Z', 24],
    ['America/New_York', '2026-03-07T09:00:00Z', '2026-03-08T08:00:00Z', 23],
    ['Europe/London', '2026-10-24T03:00:00Z', '2026-10-25T04:00:00Z', 25],
    ['Pacific/Apia', '2026-03-01T15:00:00Z', '2026-03-02T15:00:00Z', 24],
  ])('in %s counts from %s to %s and keeps the pace of that day', async (timeZone, begins, ends, hours) => {
    at(begins);
    const viewer = someViewer({ timeZone });
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    const [cardId] = await study.someCards(viewer, deck.id, 1);
    await tell(
      viewer,
      'mutation { setGoal(kind: REVIEWS, target: 2, period: DAILY) { __typename ... on UserError { code } } }',
    );
    await tell(
      viewer,
      'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename } }',
      { input: { cardId, grade: 'GOOD', clientReviewId: someKey() } },
    );
    const read = async () => (await tellUser(viewer, 'goals { current onTrack startsOn }')).goals[0];

    // One of two is on the line until half of the day's own length, and off it a second later.
    at(begins, hours * 1_800);
    expect(await read()).toMatchObject({ current: 1, onTrack: true });
    at(begins, hours * 1_800 + 1);
    expect(await read()).toMatchObject({ current: 1, onTrack: false });
    at(ends, -1);
    expect(await read()).toMatchObject({ current: 1, onTrack: false });
    at(ends);
    expect(await read()).toMatchObject({ current: 0, onTrack: true });
  });
});

describe('what is listed of a learner', () => {
  it('takes as many queries for much as for little', async () => {
    at('2026-03-02T03:00:00Z');
    const viewer = someViewer({ timeZone: 'UTC' });
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    const lists = `goals { current onTrack subject { title } } streak { current days(from: "2026-02-01", to: "2026-03-02") { state } }
      activity(from: "2026-02-01", to: "2026-03-02") { reviews } subjects(first: 20) { edges { node { title } } }`;
    const setGoal = (kind: string, subjectId: string | null) =>
      tell(
        viewer,
        `mutation ($subjectId: ID) { setGoal(kind: ${kind}, target: 9, period: WEEKLY, subjectId: $subjectId) { __typename } }`,
        { subjectId },
      );
    const count = async () => {
      study.sent.count = 0;
      await tellUser(viewer, lists);
      return study.sent.count;
    };
    await setGoal('REVIEWS', subject.id);
    const few = await count();
    const ids = await study.someCards(viewer, deck.id, 8);
    for (const [index, cardId] of ids.entries()) {
      study.pass(13);
      await tell(
        viewer,
        'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename } }',
        { input: { cardId, grade: 'EASY', clientReviewId: `review ${index}` } },
      );
    }
    for (const kind of ['MINUTES', 'NEW_CARDS', 'QUIZZES'])
      await setGoal(kind, (await study.someSubject(viewer, kind)).id);
    expect((await tellUser(viewer, 'goals { id }')).goals).toHaveLength(4);
    expect(await count()).toBe(few);
  });
});
