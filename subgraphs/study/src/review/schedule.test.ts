import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startOfStudyDay, studyDay } from '@studymate/runtime';
import { vectorsDirectory } from '@studymate/testkit';
import fc from 'fast-check';
import {
  applyReview,
  type CardMemory,
  defaultSettings,
  elapsedStudyDays,
  isLeechTrigger,
  newMemory,
  previewReviews,
  type ReviewGrade,
  retrievability,
  reviewGrades,
  type Scheduler,
} from './schedule.ts';

const zone = 'UTC';
const rollover = 240;
const dayOf = (instant: Date) => studyDay(instant, zone, rollover);
const scheduler: Scheduler = {
  settings: defaultSettings,
  seed: 'card',
  startOf: (day) => startOfStudyDay(day, zone, rollover),
};

const review = (memory: CardMemory, grade: ReviewGrade, reviewedAt: Date, by = scheduler) =>
  applyReview(memory, { grade, reviewedAt, studyDay: dayOf(reviewedAt) }, by);

/** Grades one card, each time when it is due. */
function reviewWhenDue(
  grades: readonly ReviewGrade[],
  start = new Date('2022-11-29T12:30:00Z'),
): CardMemory[] {
  const memories: CardMemory[] = [];
  let memory = newMemory;
  for (const grade of grades) {
    memory = review(memory, grade, memory.due ?? start);
    memories.push(memory);
  }
  return memories;
}

const good = (count: number): ReviewGrade[] => Array.from({ length: count }, () => 'GOOD');

describe('schedule', () => {
  it('gives the intervals that every FSRS-6 implementation gives', () => {
    const memories = reviewWhenDue([...good(6), 'AGAIN', 'AGAIN', ...good(5)]);
    expect(memories.map(({ scheduledDays }) => scheduledDays)).toEqual([
      0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21,
    ]);
    expect(memories.map(({ state }) => state)).toEqual([
      'LEARNING',
      'REVIEW',
      'REVIEW',
      'REVIEW',
      'REVIEW',
      'REVIEW',
      'RELEARNING',
      'RELEARNING',
      'REVIEW',
      'REVIEW',
      'REVIEW',
      'REVIEW',
      'REVIEW',
    ]);
    expect(memories.at(-1)?.lapses).toBe(1);
  });

  it.each([
    ['AGAIN', 60, 'LEARNING'],
    ['HARD', 330, 'LEARNING'],
    ['GOOD', 600, 'LEARNING'],
  ] as const)('shows a new card again after the step of %s: %i s', (grade, seconds, state) => {
    const at = new Date('2024-01-01T12:00:00Z');
    const memory = review(newMemory, grade, at);
    expect(memory.state).toBe(state);
    expect((Number(memory.due) - at.getTime()) / 1000).toBe(seconds);
  });

  it('lets Easy leave the steps at once', () => {
    expect(review(newMemory, 'EASY', new Date('2024-01-01T12:00:00Z'))).toMatchObject({
      state: 'REVIEW',
      scheduledDays: 8,
      due: new Date('2024-01-09T04:00:00Z'),
    });
  });

  it('relearns a lapsed card after ten minutes', () => {
    const memory = reviewWhenDue([...good(4), 'AGAIN']).at(-1);
    expect(memory?.state).toBe('RELEARNING');
    expect(Number(memory?.due) - Number(memory?.lastReviewedAt)).toBe(600_000);
  });

  it('waits one and a half times the only step for Hard, and not at all without steps', () => {
    const at = new Date('2024-01-01T12:00:00Z');
    const one = { ...scheduler, settings: { ...defaultSettings, learningStepsMinutes: [10] } };
    expect(Number(review(newMemory, 'HARD', at, one).due) - at.getTime()).toBe(900_000);
    expect(review(newMemory, 'GOOD', at, one).state).toBe('REVIEW');
    const none = { ...scheduler, settings: { ...defaultSettings, learningStepsMinutes: [] } };
    expect(review(newMemory, 'AGAIN', at, none)).toMatchObject({ state: 'REVIEW', scheduledDays: 1 });
  });

  it('counts study days, not periods of 24 hours', () => {
    const evening = review(newMemory, 'EASY', new Date('2024-01-01T22:00:00Z'));
    const nextMorning = new Date('2024-01-02T07:00:00Z');
    expect(elapsedStudyDays(evening, dayOf(nextMorning))).toBe(1);
    expect(retrievability(evening, dayOf(nextMorning))).toBeLessThan(1);
    expect(retrievability(evening, dayOf(new Date('2024-01-02T03:59:00Z')))).toBe(1);
    expect(retrievability(newMemory, '2024-01-01')).toBeNull();
  });

  it('is due when the study day begins on the learner’s clock', () => {
    const seoul: Scheduler = { ...scheduler, startOf: (day) => startOfStudyDay(day, 'Asia/Seoul', 240) };
    const reviewedAt = new Date('2024-01-01T16:00:00Z'); // 01:00 on the 2nd in Seoul: still the 1st
    const memory = applyReview(newMemory, { grade: 'EASY', reviewedAt, studyDay: '2024-01-01' }, seoul);
    expect(memory.due?.toISOString()).toBe('2024-01-08T19:00:00.000Z');
  });

  it('fuzzes a card’s date the same way at every replay, and different cards differently', () => {
    const settings = { ...defaultSettings, fuzz: true };
    const dates = (seed: string) => {
      let memory = newMemory;
      for (const grade of good(5)) {
        memory = review(memory, grade, memory.due ?? new Date('2024-01-01T12:00:00Z'), {
          ...scheduler,
          settings,
          seed,
        });
      }
      return memory.scheduledDays;
    };
    expect(dates('a')).toBe(dates('a'));
    expect(new Set(['a', 'b', 'c', 'd', 'e'].map(dates)).size).toBeGreaterThan(1);
  });

  it('names a leech at the threshold and at each further half of it', () => {
    const lapses = (count: number): CardMemory => ({ ...newMemory, lapses: count });
    const triggers = [7, 8, 9, 11, 12, 16].filter((count) =>
      isLeechTrigger(lapses(count - 1), lapses(count), 8),
    );
    expect(triggers).toEqual([8, 12, 16]);
    expect(isLeechTrigger(lapses(8), lapses(8), 8)).toBe(false);
  });

  it('keeps Hard, Good and Easy in order and every figure in its bounds', () => {
    const grades = fc.array(fc.constantFrom(...reviewGrades), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        grades,
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 30, maxLength: 30 }),
        (list, gaps) => {
          let at = new Date('2024-01-01T12:00:00Z');
          let memory = newMemory;
          list.forEach((grade, index) => {
            at = new Date(at.getTime() + (gaps[index] ?? 0) * 3_600_000);
            const when = { reviewedAt: at, studyDay: dayOf(at) };
            const [, hard, goodOne, easy] = previewReviews(memory, when, scheduler).map((one) =>
              Number(one.memory.due),
            );
            expect(hard).toBeLessThanOrEqual(goodOne ?? 0);
            expect(goodOne).toBeLessThanOrEqual(easy ?? 0);
            memory = review(memory, grade, at);
            expect(memory.stability).toBeGreaterThan(0);
            expect(memory.difficulty).toBeGreaterThanOrEqual(1);
            expect(memory.difficulty).toBeLessThanOrEqual(10);
            expect(Number(memory.due)).toBeGreaterThan(at.getTime());
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});

const logFile = join(vectorsDirectory, 'fsrs/review_logs_josh.csv');
const whenLogIsHere = existsSync(logFile) ? it : it.skip;
if (!existsSync(logFile)) console.warn(`Skipped: the real review log is not at ${logFile}.`);

describe('schedule on a real review log', () => {
  whenLogIsHere('predicts recall with a log-loss of at most 0.466', () => {
    const cards = new Map<string, { grade: ReviewGrade; at: Date }[]>();
    for (const line of readFileSync(logFile, 'utf8').trim().split('\n').slice(1)) {
      const [card = '', rating = '', time = ''] = line.split(',');
      const grade = reviewGrades[Number(rating) - 1];
      if (!grade) throw new Error(`Unknown rating ${rating}`);
      cards.set(card, [...(cards.get(card) ?? []), { grade, at: new Date(time) }]);
    }
    let loss = 0;
    let recalled = 0;
    let count = 0;
    for (const log of cards.values()) {
      let memory = newMemory;
      for (const { grade, at } of log.toSorted((one, other) => Number(one.at) - Number(other.at))) {
        const predicted = retrievability(memory, dayOf(at));
        if (predicted !== null && elapsedStudyDays(memory, dayOf(at)) > 0) {
          count += 1;
          if (grade !== 'AGAIN') recalled += 1;
          loss -= Math.log(grade === 'AGAIN' ? 1 - predicted : predicted);
        }
        memory = review(memory, grade, at);
      }
    }
    const mean = recalled / count;
    const constant = -(mean * Math.log(mean) + (1 - mean) * Math.log(1 - mean));
    console.info(
      `log-loss ${(loss / count).toFixed(4)} over ${count} reviews; a constant scores ${constant.toFixed(4)}`,
    );
    expect(count).toBeGreaterThan(6_000);
    expect(loss / count).toBeLessThanOrEqual(0.466);
  });
});
