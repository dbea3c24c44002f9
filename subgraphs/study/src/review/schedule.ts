import { addDays, daysBetween, type StudyDay } from '@studymate/runtime';
import { computeDecayFactor, default_w, FSRS, forgetting_curve, type Grade } from 'ts-fsrs';
import { avoidEasyDays } from './easy-days.ts';

export const reviewGrades = ['AGAIN', 'HARD', 'GOOD', 'EASY'] as const;
export type ReviewGrade = (typeof reviewGrades)[number];
export type CardState = 'NEW' | 'LEARNING' | 'REVIEW' | 'RELEARNING';

/** What a preset decides about one card's next date. */
export interface SchedulerSettings {
  readonly desiredRetention: number;
  /** The 21 weights of FSRS-6. */
  readonly parameters: readonly number[];
  readonly learningStepsMinutes: readonly number[];
  readonly relearningStepsMinutes: readonly number[];
  readonly maximumIntervalDays: number;
  readonly fuzz: boolean;
  /** The share of reviews that each weekday keeps, Monday first. */
  readonly easyDays: readonly number[];
}

export const defaultSettings: SchedulerSettings = {
  desiredRetention: 0.9,
  parameters: default_w,
  learningStepsMinutes: [1, 10],
  relearningStepsMinutes: [10],
  maximumIntervalDays: 36_500,
  fuzz: false,
  easyDays: [1, 1, 1, 1, 1, 1, 1],
};

/** Everything the scheduler knows of one card; a function of its log and nothing else. */
export interface CardMemory {
  readonly state: CardState;
  /** Which (re)learning step comes next; 0 outside of learning. */
  readonly step: number;
  readonly stability: number | null;
  readonly difficulty: number | null;
  /** Null until the first review. */
  readonly due: Date | null;
  readonly reps: number;
  readonly lapses: number;
  /** 0 while the interval is a step of minutes. */
  readonly scheduledDays: number;
  readonly lastReviewedAt: Date | null;
  readonly lastStudyDay: StudyDay | null;
}

export const newMemory: CardMemory = {
  state: 'NEW',
  step: 0,
  stability: null,
  difficulty: null,
  due: null,
  reps: 0,
  lapses: 0,
  scheduledDays: 0,
  lastReviewedAt: null,
  lastStudyDay: null,
};

/** The memory of a card that was reviewed at least once. */
export interface ReviewedMemory extends CardMemory {
  readonly stability: number;
  readonly difficulty: number;
  readonly due: Date;
}

export interface GradedReview {
  readonly grade: ReviewGrade;
  readonly reviewedAt: Date;
  readonly studyDay: StudyDay;
}

export interface Scheduler {
  readonly settings: SchedulerSettings;
  /** Makes fuzz a function of the card, so that a replay gives the same dates. */
  readonly seed: string;
  /** The instant at which a study day of the learner begins. */
  readonly startOf: (day: StudyDay) => Date;
}

const gradeNumbers: Readonly<Record<ReviewGrade, Grade>> = { AGAIN: 1, HARD: 2, GOOD: 3, EASY: 4 };
const minuteMs = 60_000;

const algorithms = new Map<string, FSRS>();
const maxAlgorithms = 1_000;

/** FSRS-6 under the settings; one for equal settings. Its fuzz wants a seed before each use. */
export function algorithmOf(settings: SchedulerSettings): FSRS {
  const key = JSON.stringify(settings);
  const known = algorithms.get(key);
  if (known) return known;
  const algorithm = new FSRS({
    w: settings.parameters,
    request_retention: settings.desiredRetention,
    maximum_interval: settings.maximumIntervalDays,
    enable_fuzz: settings.fuzz,
    enable_short_term: true,
  });
  if (algorithms.size >= maxAlgorithms) algorithms.clear();
  algorithms.set(key, algorithm);
  return algorithm;
}

/** Study days since the last review, never negative; 0 for a card never seen. */
export const elapsedStudyDays = (memory: CardMemory, day: StudyDay): number =>
  memory.lastStudyDay === null ? 0 : Math.max(0, daysBetween(memory.lastStudyDay, day));

/**
 * The probability of recall on a study day: R(t, S) = (1 + factor · t / S)^(−w20), t in study days
 * (FSRS-6; Ye, Su, Cao 2022). Null for a card never seen.
 */
export function retrievability(
  memory: CardMemory,
  day: StudyDay,
  parameters: readonly number[] = defaultSettings.parameters,
): number | null {
  if (memory.stability === null) return null;
  return forgetting_curve(parameters, elapsedStudyDays(memory, day), memory.stability);
}

/** The wait before the card is shown again, or null when it has left the steps. */
function nextStep(
  steps: readonly number[],
  step: number,
  grade: ReviewGrade,
): { step: number; minutes: number } | null {
  const current = steps[step];
  const [first] = steps;
  if (first === undefined || grade === 'EASY') return null;
  if (grade === 'AGAIN') return { step: 0, minutes: first };
  if (current === undefined) return null;
  const following = steps[step + 1];
  if (grade === 'GOOD') return following === undefined ? null : { step: step + 1, minutes: following };
  if (step > 0) return { step, minutes: current };
  const [, second] = steps;
  return { step, minutes: second === undefined ? first * 1.5 : (first + second) / 2 };
}

/**
 * One review under FSRS-6 on study days: the memory state by `next_state` with t = study days since the last
 * review (not 24-hour periods; t = 0 uses the short-term formula), then learning or relearning steps in
 * minutes, then whole study days (off easy weekdays where the interval allows), due when the study day begins. Hard on the first step waits for the mean
 * of the first two (330 s by default), or one and a half times the only one.
 * Source: FSRS-6 as in py-fsrs 6 `Scheduler.review_card`.
 */
export function applyReview(memory: CardMemory, review: GradedReview, scheduler: Scheduler): ReviewedMemory {
  const { settings } = scheduler;
  const algorithm = algorithmOf(settings);
  const elapsed = elapsedStudyDays(memory, review.studyDay);
  const before =
    memory.stability === null || memory.difficulty === null
      ? null
      : { stability: memory.stability, difficulty: memory.difficulty };
  const { stability, difficulty } = algorithm.next_state(before, elapsed, gradeNumbers[review.grade]);

  const fresh = memory.state === 'NEW' || memory.state === 'LEARNING';
  const lapsed = memory.state === 'REVIEW' && review.grade === 'AGAIN';
  const steps = fresh ? settings.learningStepsMinutes : settings.relearningStepsMinutes;
  const step =
    memory.state === 'REVIEW' && !lapsed ? null : nextStep(steps, lapsed ? 0 : memory.step, review.grade);

  const reviewed = {
    stability,
    difficulty,
    reps: memory.reps + 1,
    lapses: memory.lapses + (lapsed ? 1 : 0),
    lastReviewedAt: review.reviewedAt,
    lastStudyDay: review.studyDay,
  };
  if (step) {
    return {
      ...reviewed,
      state: fresh ? 'LEARNING' : 'RELEARNING',
      step: step.step,
      scheduledDays: 0,
      due: new Date(review.reviewedAt.getTime() + step.minutes * minuteMs),
    };
  }
  const seed = `${scheduler.seed}:${reviewed.reps}`;
  algorithm.seed = seed;
  const scheduledDays = avoidEasyDays({
    from: review.studyDay,
    interval: algorithm.next_interval(stability, elapsed),
    elapsed,
    maximumInterval: settings.maximumIntervalDays,
    easyDays: settings.easyDays,
    seed,
  });
  const due = scheduler.startOf(addDays(review.studyDay, scheduledDays));
  return { ...reviewed, state: 'REVIEW', step: 0, scheduledDays, due };
}

/** What each grade would do to the card, without doing it. */
export const previewReviews = (
  memory: CardMemory,
  when: Omit<GradedReview, 'grade'>,
  scheduler: Scheduler,
): readonly { readonly grade: ReviewGrade; readonly memory: ReviewedMemory }[] =>
  reviewGrades.map((grade) => ({ grade, memory: applyReview(memory, { ...when, grade }, scheduler) }));

/** Whether this review made the card a leech: at `threshold` lapses, then each further half threshold. */
export function isLeechTrigger(before: CardMemory, after: CardMemory, threshold: number): boolean {
  if (after.lapses === before.lapses || after.lapses < threshold) return false;
  return (after.lapses - threshold) % Math.max(1, Math.ceil(threshold / 2)) === 0;
}

/** The constants of R(t, S) = (1 + factor · t ÷ S) ^ decay under the given weights, for use in SQL. */
export const decayOf = (parameters: readonly number[]): { decay: number; factor: number } =>
  computeDecayFactor(parameters);

/** The same under the default weights. */
export const retentionFormula = decayOf(defaultSettings.parameters);
