import { invalidInput } from '@studymate/contracts';
import { addDays, daysBetween, listDays, type StudyDay } from '@studymate/runtime';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { dayOf, type LearnerClock } from '../user/learner-clock.ts';
import type { DayEffortRow } from './activity.repository.ts';

const maxDays = 366;

/** The dates from `from` to `to`; throws VALIDATION when they run backwards or are more than a leap year. */
export function parseDays({ from, to }: { readonly from: StudyDay; readonly to: StudyDay }): StudyDay[] {
  const length = daysBetween(from, to) + 1;
  if (length < 1) throw invalidInput(['to'], 'to: is before from', 'range');
  if (length > maxDays) throw invalidInput(['to'], `to: at most ${maxDays} days after from`, 'range');
  return listDays(from, to);
}

export interface ActivityDayView {
  readonly date: StudyDay;
  readonly studiedSeconds: number;
  readonly reviews: number;
  readonly correctRate: number | null;
}

/** What a learner did on each study day; null for anybody but the learner. */
export async function listActivity(
  context: Context,
  userId: string,
  range: { readonly from: StudyDay; readonly to: StudyDay },
): Promise<ActivityDayView[] | null> {
  if (context.viewer?.id !== userId) return null;
  const days = parseDays(range);
  const efforts = new Map(
    (await context.activity.listEfforts({ userId, ...range })).map((effort) => [effort.day, effort]),
  );
  return days.map((date) => {
    const { focusSeconds = 0, reviews = 0, correctReviews = 0 } = efforts.get(date) ?? {};
    return {
      date,
      studiedSeconds: focusSeconds,
      reviews,
      correctRate: reviews === 0 ? null : correctReviews / reviews,
    };
  });
}

const periodDays = { DAY: 1, WEEK: 7, MONTH: 30, YEAR: 365, ALL: null } as const;
export type StatsPeriod = keyof typeof periodDays;

type Figure = Exclude<keyof DayEffortRow, 'day'>;

const statsKeptSeconds = 3_600;
const statsSchema = z.object({
  period: z.enum(['DAY', 'WEEK', 'MONTH', 'YEAR', 'ALL']),
  studiedSeconds: z.number(),
  sessions: z.number(),
  reviews: z.number(),
  trueRetention: z.number().nullable(),
  averageSecondsPerReview: z.number().nullable(),
  bestHourLocal: z.number().nullable(),
});

/** Figures over the last study days of a learner, kept until more is counted; null for anybody else. */
export async function findStats(context: Context, clock: LearnerClock, period: StatsPeriod) {
  if (context.viewer?.id !== clock.userId) return null;
  const length = periodDays[period];
  const from = length === null ? null : addDays(dayOf(clock, context.now()), 1 - length);
  const kept = {
    name: 'stats',
    scope: 'PRIVATE',
    of: [period, from ?? '', clock.timeZone],
    tags: [['StudyStats', clock.userId]],
    seconds: statsKeptSeconds,
    parse: statsSchema.parse,
  } as const;
  return context.cache.read(kept, () => computeStats(context, clock, { period, from }));
}

async function computeStats(
  context: Context,
  clock: LearnerClock,
  { period, from }: { readonly period: StatsPeriod; readonly from: StudyDay | null },
) {
  const [efforts, bestHourLocal] = await Promise.all([
    context.activity.listEfforts({ userId: clock.userId, ...(from ? { from } : {}) }),
    context.activity.findBusiestHour(clock.userId, clock.timeZone, from),
  ]);
  const sum = (figure: Figure) => efforts.reduce((total, effort) => total + effort[figure], 0);
  return {
    period,
    studiedSeconds: sum('focusSeconds'),
    sessions: sum('sessions'),
    reviews: sum('reviews'),
    trueRetention: sum('matureReviews') === 0 ? null : sum('matureCorrect') / sum('matureReviews'),
    averageSecondsPerReview: sum('timedReviews') === 0 ? null : sum('reviewMs') / 1000 / sum('timedReviews'),
    bestHourLocal,
  };
}
