import { addDays, startOfStudyDay, studyDay } from '@studymate/runtime';

const reportMinutes = 8 * 60;

/** 0 for Monday to 6 for Sunday. */
const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/** The next Monday 08:00 after `now` on the learner's wall clock. */
export function nextReportAt(now: Date, timeZone: string): Date {
  const today = studyDay(now, timeZone, 0);
  const monday = addDays(today, -weekdayOf(today));
  const thisWeek = startOfStudyDay(monday, timeZone, reportMinutes);
  return thisWeek > now ? thisWeek : startOfStudyDay(addDays(monday, 7), timeZone, reportMinutes);
}

/** The study days, Monday to Sunday, that a report due at the instant speaks of. */
export function reportedWeek(dueAt: Date, timeZone: string): { readonly from: string; readonly to: string } {
  const today = studyDay(dueAt, timeZone, 0);
  const monday = addDays(today, -weekdayOf(today));
  return { from: addDays(monday, -7), to: addDays(monday, -1) };
}
