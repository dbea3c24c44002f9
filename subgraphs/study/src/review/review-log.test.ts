import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startOfStudyDay, studyDay } from '@studymate/runtime';
import { someViewer, vectorsDirectory } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';
import {
  applyReview,
  defaultSettings,
  elapsedStudyDays,
  newMemory,
  type ReviewGrade,
  retrievability,
  reviewGrades,
} from './schedule.ts';

const study = await openStudy();
const isFull = process.env.PROMISES === 'full';
const logFile = join(vectorsDirectory, 'fsrs/review_logs_josh.csv');
const whenLogIsHere = existsSync(logFile) ? it : it.skip;
if (!existsSync(logFile)) console.warn(`Skipped: the real review log is not at ${logFile}.`);

interface Logged {
  readonly card: string;
  readonly grade: ReviewGrade;
  readonly at: Date;
}

/** The log by card, each oldest first; in short the first 80 cards of it. */
function readLog(): Map<string, Logged[]> {
  const rows = readFileSync(logFile, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line): Logged => {
      const [card = '', rating = '', time = ''] = line.split(',');
      return { card, grade: reviewGrades[Number(rating) - 1] ?? 'GOOD', at: new Date(time) };
    })
    .toSorted((one, other) => Number(one.at) - Number(other.at));
  const cards = [...Map.groupBy(rows, ({ card }) => card)];
  return new Map(isFull ? cards : cards.slice(0, 80));
}

interface Prediction {
  readonly grade: string;
  readonly elapsedStudyDays: number;
  readonly retrievabilityBefore: number | null;
}

const dayOf = (instant: Date) => studyDay(instant, 'UTC', 240);
const scheduler = {
  settings: defaultSettings,
  seed: 'card',
  startOf: (day: string) => startOfStudyDay(day, 'UTC', 240),
};

/** What the scheduler itself predicts, without database or API. */
function predict(log: readonly Logged[]): Prediction[] {
  let memory = newMemory;
  return log.map(({ grade, at }) => {
    const day = dayOf(at);
    const prediction = {
      grade,
      elapsedStudyDays: elapsedStudyDays(memory, day),
      retrievabilityBefore: retrievability(memory, day),
    };
    memory = applyReview(memory, { grade, reviewedAt: at, studyDay: day }, scheduler);
    return prediction;
  });
}

function logLoss(predictions: readonly Prediction[]): { loss: number; count: number } {
  const later = predictions.filter(({ elapsedStudyDays: days }) => days > 0);
  const sum = later.reduce((total, { grade, retrievabilityBefore }) => {
    const recall = retrievabilityBefore ?? Number.NaN;
    return total - Math.log(grade === 'AGAIN' ? 1 - recall : recall);
  }, 0);
  return { loss: sum / later.length, count: later.length };
}

/** Has a learner review the log through the API, as an app that was offline, and reads what was predicted. */
async function reviewThroughApi(log: ReadonlyMap<string, readonly Logged[]>): Promise<Prediction[][]> {
  const viewer = someViewer({ timeZone: 'UTC' });
  const subject = await study.someSubject(viewer);
  const deck = await study.someDeck(viewer, subject.id);
  const ids: string[] = [];
  while (ids.length < log.size)
    ids.push(...(await study.someCards(viewer, deck.id, Math.min(100, log.size - ids.length))));
  const reviews = [...log.values()].flatMap((rows, card) =>
    rows.map(({ grade, at }, index) => ({
      cardId: ids[card],
      grade,
      reviewedAt: at.toISOString(),
      clientReviewId: `${card} ${index}`,
    })),
  );
  for (let start = 0; start < reviews.length; start += 100) {
    await study.tell(
      viewer,
      'mutation ($reviews: [SubmitReviewInput!]!) { syncReviews(reviews: $reviews) { accepted } }',
      { reviews: reviews.slice(start, start + 100) },
    );
  }
  const histories: Prediction[][] = [];
  for (const id of ids) {
    const { history } = await study.tellEntity(
      viewer,
      ['Card', id],
      'history(first: 100) { edges { node { grade elapsedStudyDays retrievabilityBefore } } }',
    );
    histories.push(history.edges.map(({ node }: { node: Prediction }) => node).toReversed());
  }
  return histories;
}

describe('a real review log through the API', () => {
  whenLogIsHere(
    'is predicted as the scheduler predicts it',
    async () => {
      const log = readLog();
      study.time.now = new Date('2026-03-02T03:00:00Z');
      const histories = await reviewThroughApi(log);
      expect(histories).toEqual([...log.values()].map(predict));
      const { loss, count } = logLoss(histories.flat());
      console.info(`log-loss ${loss.toFixed(4)} over ${count} reviews of ${log.size} cards, through the API`);
      if (isFull) {
        expect(count).toBeGreaterThan(6_000);
        expect(loss).toBeLessThanOrEqual(0.466);
      }
    },
    600_000,
  );
});
