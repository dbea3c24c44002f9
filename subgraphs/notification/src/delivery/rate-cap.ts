import { nextStudyDay, startOfStudyDay, studyDay } from '@studymate/runtime';
import type { Category, Channel } from '../notification/category.ts';

/** The most mails of one category that a learner gets on one calendar day; what is not listed has no cap. */
export const dailyCaps: Readonly<Partial<Record<Channel, Readonly<Partial<Record<Category, number>>>>>> = {
  EMAIL: {
    GOAL: 3,
    QUIZ_RESULT: 10,
    AI_READY: 10,
    REVIEW_DUE: 2,
    STREAK_AT_RISK: 1,
    RECOMMENDATION: 1,
    WEEKLY_REPORT: 1,
    PRODUCT: 1,
  },
};

export const dailyCapOf = (category: Category, channel: Channel): number =>
  dailyCaps[channel]?.[category] ?? Number.POSITIVE_INFINITY;

/** The day of the learner's calendar that contains the instant, as the two instants that bound it. */
export function calendarDay(instant: Date, timeZone: string): { readonly from: Date; readonly to: Date } {
  const day = studyDay(instant, timeZone, 0);
  return {
    from: startOfStudyDay(day, timeZone, 0),
    to: startOfStudyDay(nextStudyDay(day, timeZone), timeZone, 0),
  };
}
