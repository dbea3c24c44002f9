import { describe, expect, it } from '@jest/globals';
import { someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const query =
  'subscription ($subjectId: ID) { reviewQueueChanged(subjectId: $subjectId) { newRemaining items { card { id } } } }';

describe('reviewQueueChanged', () => {
  it('begins with the queue as it is, and tells of cards that are made and reviewed', async () => {
    const viewer = someViewer();
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    const [cardId] = await study.someCards(viewer, deck.id, 1);
    const followed = await study.follow(viewer, query, { subjectId: subject.id });
    const next = async () => (await followed.next()).data.reviewQueueChanged;
    expect(await next()).toMatchObject({ newRemaining: 1, items: [{ card: { id: cardId } }] });
    const [second] = await study.someCards(viewer, deck.id, 1);
    expect(await next()).toMatchObject({ newRemaining: 2 });
    await study.tell(
      viewer,
      'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename } }',
      { input: { cardId, grade: 'EASY', clientReviewId: someKey() } },
    );
    expect(await next()).toMatchObject({ newRemaining: 1, items: [{ card: { id: second } }] });
    followed.stop();
  });

  it('shows nobody the queue of another', async () => {
    const viewer = someViewer();
    const subject = await study.someSubject(viewer);
    const deck = await study.someDeck(viewer, subject.id);
    await study.someCards(viewer, deck.id, 1);
    const followed = await study.follow(someViewer(), query, { subjectId: subject.id });
    expect((await followed.next()).data.reviewQueueChanged).toEqual({ newRemaining: 0, items: [] });
    followed.stop();
    const { refusal } = await study.follow(null, query, {});
    expect(refusal).toBeDefined();
  });
});
