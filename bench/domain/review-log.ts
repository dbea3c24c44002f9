import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../gateway/places.ts';
import type { Learner } from './learner.ts';

const vectors = process.env.STUDYMATE_VECTORS ?? resolve(root, '../shared/vectors');
const logFile = join(vectors, 'fsrs/review_logs_josh.csv');
const grades = ['AGAIN', 'HARD', 'GOOD', 'EASY'];
const batchSize = 500;

interface LoggedReview {
  readonly card: string;
  readonly grade: string;
  readonly reviewedAt: string;
  readonly durationMs: number;
}

/** The real review log of py-fsrs's tests, oldest first; null where it is not at hand. */
export function readReviewLog(): LoggedReview[] | null {
  if (!existsSync(logFile)) return null;
  return readFileSync(logFile, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [card = '', rating, time = '', duration] = line.split(',');
      const grade = grades[Number(rating) - 1];
      if (grade === undefined) throw new Error(`Unknown rating ${rating}`);
      return { card, grade, reviewedAt: new Date(time).toISOString(), durationMs: Number(duration) };
    })
    .toSorted((one, other) => (one.reviewedAt < other.reviewedAt ? -1 : 1));
}

interface PredictedReview {
  readonly grade: string;
  readonly elapsedStudyDays: number;
  readonly retrievabilityBefore: number | null;
}

/** Every review as the API tells of it, with what the schedule had predicted. */
async function readPredictions(
  learner: Learner,
  ids: readonly string[],
  at: string,
): Promise<PredictedReview[]> {
  const query = `query ($cards: [_Any!]!) { _entities(representations: $cards) { ... on Card {
    history(first: 100) { totalCount edges { node { grade elapsedStudyDays retrievabilityBefore } } }
  } } }`;
  const reviews: PredictedReview[] = [];
  for (let first = 0; first < ids.length; first += 50) {
    const cards = ids.slice(first, first + 50).map((id) => ({ __typename: 'Card', id }));
    for (const { history } of await learner.ask(query, { variables: { cards }, at })) {
      if (history.totalCount > history.edges.length) throw new Error('A history is longer than a page.');
      reviews.push(...history.edges.map(({ node }: { node: PredictedReview }) => node));
    }
  }
  return reviews;
}

/**
 * Mean of −ln(probability given to what happened) over the reviews that follow an earlier study day, and the same
 * for a prediction that is always the mean.
 */
export function measureLoss(reviews: readonly PredictedReview[]) {
  let loss = 0;
  let recalled = 0;
  let count = 0;
  for (const { grade, elapsedStudyDays, retrievabilityBefore } of reviews) {
    if (retrievabilityBefore === null || elapsedStudyDays === 0) continue;
    count += 1;
    if (grade !== 'AGAIN') recalled += 1;
    loss -= Math.log(grade === 'AGAIN' ? 1 - retrievabilityBefore : retrievabilityBefore);
  }
  const mean = recalled / count;
  return {
    count,
    logLoss: loss / count,
    constantLoss: -(mean * Math.log(mean) + (1 - mean) * Math.log(1 - mean)),
  };
}

/** Reviews the log's cards through the API, each at its instant, and measures what the schedule had predicted. */
export async function predictReviewLog(learner: Learner, log: readonly LoggedReview[]) {
  const [first, last] = [log[0], log.at(-1)];
  if (!first || !last) throw new Error('The review log is empty.');
  const { deckId } = await learner.createDeck(first.reviewedAt);
  const names = [...new Set(log.map(({ card }) => card))];
  const ids = await learner.createCards(deckId, names.length, first.reviewedAt);
  const idOf = new Map(names.map((name, index) => [name, ids[index] ?? '']));
  for (let start = 0; start < log.length; start += batchSize) {
    const batch = log.slice(start, start + batchSize);
    const reviews = batch.map(({ card, ...review }, index) => ({
      ...review,
      cardId: idOf.get(card),
      clientReviewId: `${start + index}`,
    }));
    const { accepted } = await learner.ask(
      'mutation ($reviews: [SubmitReviewInput!]!) { syncReviews(reviews: $reviews) { accepted } }',
      { variables: { reviews }, at: batch.at(-1)?.reviewedAt ?? last.reviewedAt },
    );
    if (accepted !== batch.length) throw new Error(`Only ${accepted} of ${batch.length} reviews were taken.`);
  }
  const reviews = await readPredictions(learner, ids, last.reviewedAt);
  return { cards: ids.length, reviews: reviews.length, ...measureLoss(reviews) };
}

/** The scheduled days of a card that is graded Good six times, Again twice and Good five times, each when due. */
export async function readIntervals(learner: Learner): Promise<number[]> {
  let at = '2026-03-02T12:00:00.000Z';
  const { deckId } = await learner.createDeck(at);
  const [cardId] = await learner.createCards(deckId, 1, at);
  const days: number[] = [];
  for (const [index, letter] of [...'GGGGGGAAGGGGG'].entries()) {
    const input = { cardId, grade: letter === 'G' ? 'GOOD' : 'AGAIN', clientReviewId: `interval ${index}` };
    const { card } = await learner.ask(
      `mutation ($input: SubmitReviewInput!) { submitReview(input: $input) {
        ... on SubmitReviewSuccess { card { schedule { due scheduledDays } } }
      } }`,
      { variables: { input }, at },
    );
    days.push(card.schedule.scheduledDays);
    at = card.schedule.due;
  }
  return days;
}
