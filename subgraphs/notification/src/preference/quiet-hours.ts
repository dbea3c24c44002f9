import { addDays, startOfStudyDay, studyDay } from '@studymate/runtime';
import type { Category } from '../notification/category.ts';

/** A daily window on the learner's wall clock, `HH:MM` to `HH:MM`; it may reach over midnight. */
export interface QuietHours {
  readonly start: string;
  readonly end: string;
  readonly exceptCategories: readonly Category[];
}

const timePattern = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Minutes after midnight of an `HH:MM` wall clock time, or null when it is not one. */
export function parseWallTime(text: string): number | null {
  const [, hours, minutes] = timePattern.exec(text) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}

/** What the zone's wall clock shows at the instant, in minutes after midnight. */
export function wallMinutes(instant: Date, timeZone: string): number {
  const shown = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return parseWallTime(shown.format(instant)) ?? 0;
}

const minutesOf = (hours: QuietHours) => ({
  start: parseWallTime(hours.start) ?? 0,
  end: parseWallTime(hours.end) ?? 0,
});

/** Whether the wall clock stands inside the window; the end itself is outside, equal ends are no window. */
export function isQuiet(hours: QuietHours, instant: Date, timeZone: string): boolean {
  const { start, end } = minutesOf(hours);
  const now = wallMinutes(instant, timeZone);
  if (start === end) return false;
  return start < end ? now >= start && now < end : now >= start || now < end;
}

/** Security messages are never held back, whatever a learner has set. */
export const ignoresQuietHours = (hours: QuietHours, category: Category): boolean =>
  category === 'SECURITY' || hours.exceptCategories.includes(category);

const minuteMs = 60_000;

/** Walks minute by minute: only needed where the clock shows the end a second time. */
function firstLoudMinute(hours: QuietHours, instant: Date, timeZone: string): Date {
  let at = Math.floor(instant.getTime() / minuteMs) * minuteMs;
  do at += minuteMs;
  while (isQuiet(hours, new Date(at), timeZone));
  return new Date(at);
}

/**
 * When a message that is ready at `instant` may disturb: at once outside the window, else the first instant at
 * which the wall clock has left it. When the clock jumps over the end, that is the instant of the jump; when the
 * clock is set back and shows the window again, the window holds again.
 */
export function endOfQuiet(hours: QuietHours, instant: Date, timeZone: string): Date {
  if (!isQuiet(hours, instant, timeZone)) return instant;
  const { start, end } = minutesOf(hours);
  const today = studyDay(instant, timeZone, 0);
  const endsTomorrow = start > end && wallMinutes(instant, timeZone) >= start;
  const ends = startOfStudyDay(endsTomorrow ? addDays(today, 1) : today, timeZone, end);
  return ends > instant && !isQuiet(hours, ends, timeZone) ? ends : firstLoudMinute(hours, instant, timeZone);
}
