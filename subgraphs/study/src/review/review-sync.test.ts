import { describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { someKey, someViewer } from '@studymate/testkit';
import fc from 'fast-check';
import { openStudy } from '../../tests/world.ts';

const study = await openStudy();
const { tell } = study;

interface Sent {
  readonly cardId: string;
  readonly grade: string;
  readonly reviewedAt: string;
  readonly durationMs: number;
  readonly clientReviewId: string;
}

const sync = (viewer: Viewer, reviews: readonly Sent[]) =>
  tell(
    viewer,
    `mutation ($reviews: [SubmitReviewInput!]!) { syncReviews(reviews: $reviews) {
      accepted duplicates rejected { clientReviewId error { __typename code } } cards { id schedule { reps } }
    } }`,
    { reviews },
  );

async function someLearner(cards: number) {
  const viewer = someViewer({ timeZone: 'America/New_York' });
  const subject = await study.someSubject(viewer);
  const deck = await study.someDeck(viewer, subject.id);
  return { viewer, subjectId: String(subject.id), ids: await study.someCards(viewer, deck.id, cards) };
}

/** Reviews over the days around the change to summer time, some at the same instant. */
const someBatch = (ids: readonly string[]): Sent[] =>
  Array.from({ length: 24 }, (_, index) => ({
    cardId: ids[index % ids.length] ?? '',
    grade: ['GOOD', 'AGAIN', 'EASY', 'HARD', 'GOOD'][index % 5] ?? 'GOOD',
    reviewedAt: new Date(Date.UTC(2026, 1, 20, 3) + Math.floor(index / 2) * 7 * 3_600_000).toISOString(),
    durationMs: 1_000 + index,
    clientReviewId: `review ${index}`,
  }));

/** Everything that the log comes to, without the ids and instants of receiving. */
async function stateOf({ viewer, subjectId, ids }: Awaited<ReturnType<typeof someLearner>>) {
  const cards = await study.database.card.findMany({
    where: { id: { in: ids } },
    omit: {
      id: true,
      noteId: true,
      deckId: true,
      subjectId: true,
      ownerId: true,
      createdAt: true,
      createdDay: true,
    },
    orderBy: { front: 'asc' },
  });
  const log = await study.database.reviewLog.findMany({
    where: { userId: viewer.id },
    omit: {
      id: true,
      cardId: true,
      deckId: true,
      subjectId: true,
      userId: true,
      receivedAt: true,
      presetId: true,
    },
    orderBy: { clientReviewId: 'asc' },
  });
  const days = await study.database.activityDay.findMany({
    where: { subjectId, reviews: { gt: 0 } },
    omit: { userId: true, subjectId: true },
    orderBy: { studyDay: 'asc' },
  });
  return { cards, log, days: days.map(({ credit, ...day }) => ({ ...day, credit: credit.toFixed(9) })) };
}

/** A fixed shuffle for each seed. */
const shuffle = <T>(list: readonly T[], seed: number): T[] =>
  fc.sample(fc.shuffledSubarray([...list], { minLength: list.length }), { seed, numRuns: 1 })[0] ?? [];

describe('offline sync', () => {
  it('comes to one state in 100 random orders, repetitions and splits', async () => {
    const reference = await someLearner(4);
    await sync(reference.viewer, someBatch(reference.ids));
    const expected = await stateOf(reference);
    expect(expected.log).toHaveLength(24);

    for (let seed = 1; seed <= 100; seed += 1) {
      const learner = await someLearner(4);
      const batch = someBatch(learner.ids);
      const repeated = shuffle([...batch, ...batch.slice(0, seed % 12)], seed);
      const cut = seed % repeated.length;
      await sync(learner.viewer, repeated.slice(0, cut));
      await sync(learner.viewer, repeated.slice(cut));
      expect(await stateOf(learner)).toEqual(expected);
    }
  }, 300_000);

  it('is the same as submitting one by one', async () => {
    const synced = await someLearner(3);
    await sync(synced.viewer, someBatch(synced.ids));
    const submitted = await someLearner(3);
    for (const input of someBatch(submitted.ids).toReversed()) {
      await tell(
        submitted.viewer,
        'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { __typename } }',
        { input },
      );
    }
    expect(await stateOf(submitted)).toEqual(await stateOf(synced));
  });

  it('says what was taken, what was there and what was not taken', async () => {
    const { viewer, ids } = await someLearner(1);
    const [cardId = ''] = ids;
    const [first, second] = someBatch(ids);
    if (!first || !second) throw new Error('The batch is empty.');
    await sync(viewer, [first]);
    const foreign = (await someLearner(1)).ids[0] ?? '';
    const answer = await sync(viewer, [
      second,
      first,
      first,
      { ...first, grade: 'EASY' },
      { ...second, clientReviewId: someKey(), cardId: foreign },
      { ...second, clientReviewId: someKey(), cardId: newId('Card') },
      { ...second, clientReviewId: someKey(), reviewedAt: '2099-01-01T00:00:00Z' },
    ]);
    expect(answer).toMatchObject({
      accepted: 1,
      duplicates: 2,
      cards: [{ id: cardId, schedule: { reps: 2 } }],
    });
    expect(
      answer.rejected.map(({ error }: { error: { __typename: string } }) => error.__typename).toSorted(),
    ).toEqual(['ConflictError', 'NotFoundError', 'NotFoundError', 'ValidationError']);
    const foreignLogs = await study.database.reviewLog.count({ where: { cardId: foreign } });
    expect(foreignLogs).toBe(0);
  });

  it('takes 500 at most', async () => {
    const { viewer, ids } = await someLearner(1);
    const many = Array.from({ length: 501 }, (_, index) => ({
      ...someBatch(ids)[0],
      clientReviewId: `r${index}`,
    }));
    const { errors } = await study.ask(
      viewer,
      'mutation ($reviews: [SubmitReviewInput!]!) { syncReviews(reviews: $reviews) { accepted } }',
      { reviews: many },
    );
    expect(errors[0]?.extensions.code).toBe('VALIDATION');
  });
});
