import { addDays, daysBetween, endOfStudyDay, type StudyDay, startOfStudyDay } from '@studymate/runtime';

export type GoalPeriod = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'UNTIL_DATE';

export interface GoalWindow {
  readonly from: StudyDay;
  /** Included. */
  readonly to: StudyDay;
}

const mondayOf = (day: StudyDay): StudyDay => {
  // 1970-01-05 was a Monday.
  const since = daysBetween('1970-01-05', day);
  return addDays(day, -(((since % 7) + 7) % 7));
};

const lastOfMonth = (day: StudyDay): StudyDay => {
  const next = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1, 0);
  return next.toISOString().slice(0, 10);
};

/** The study days that count towards the goal now: today, the week from Monday, the calendar month, or all until its end. */
export function goalWindow(
  goal: { readonly period: GoalPeriod; readonly startsOn: StudyDay; readonly endsOn: StudyDay | null },
  today: StudyDay,
): GoalWindow {
  if (goal.period === 'DAILY') return { from: today, to: today };
  if (goal.period === 'WEEKLY') return { from: mondayOf(today), to: addDays(mondayOf(today), 6) };
  if (goal.period === 'MONTHLY') return { from: `${today.slice(0, 7)}-01`, to: lastOfMonth(today) };
  return { from: goal.startsOn, to: goal.endsOn ?? goal.startsOn };
}

export interface GoalPace {
  /** 0 to 1. */
  readonly fraction: number;
  readonly onTrack: boolean;
}

/**
 * Linear pace: on track while current ÷ target is at least the part of the window that has passed, measured
 * between its first and last instant, so that a day of 23 or 25 hours is not a fast or slow one.
 */
export function goalPace(
  progress: { readonly current: number; readonly target: number },
  window: GoalWindow,
  clock: { readonly now: Date; readonly timeZone: string; readonly dayStartMinutes: number },
): GoalPace {
  const start = startOfStudyDay(window.from, clock.timeZone, clock.dayStartMinutes).getTime();
  const end = endOfStudyDay(window.to, clock.timeZone, clock.dayStartMinutes).getTime();
  const passed = Math.min(1, Math.max(0, (clock.now.getTime() - start) / (end - start)));
  const share = progress.current / progress.target;
  return { fraction: Math.min(1, Math.max(0, share)), onTrack: share >= passed };
}
