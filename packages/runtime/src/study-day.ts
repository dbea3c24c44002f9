/** A calendar date, `YYYY-MM-DD`. Dates of this form sort as text. */
export type StudyDay = string;

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Wider than any zone's offset plus the longest gap (Apia skipped a whole date in 2011). */
const searchMs = 36 * 60 * minuteMs;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** Whether this runtime knows the IANA zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatterOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** What the zone's wall clock shows at the instant, read as if it were UTC, in milliseconds. */
function wallClock(instantMs: number, timeZone: string): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(instantMs)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetAt = (instantMs: number, timeZone: string): number =>
  wallClock(instantMs, timeZone) - Math.floor(instantMs / 1000) * 1000;

/**
 * The first instant at which the zone's wall clock shows `wall` (milliseconds, read as if UTC) or later.
 * Shown twice: the first time. Never shown, because the clock jumped over it: the instant of the jump.
 */
function firstInstantShowing(wall: number, timeZone: string): number {
  const before = offsetAt(wall - searchMs, timeZone);
  const after = offsetAt(wall + searchMs, timeZone);
  const candidates = [wall - before, wall - after].toSorted((one, other) => one - other);
  for (const candidate of candidates) {
    if (wallClock(candidate, timeZone) === wall) return candidate;
  }
  let [low = 0, high = 0] = candidates;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, timeZone) === before) low = middle;
    else high = middle;
  }
  return high;
}

const toDay = (wall: number): StudyDay => new Date(wall).toISOString().slice(0, 10);
const toWall = (day: StudyDay): number => Date.parse(`${day}T00:00:00Z`);

/** The calendar date `count` days later; no zone involved. */
export const addDays = (day: StudyDay, count: number): StudyDay => toDay(toWall(day) + count * dayMs);

/** Calendar days from one date to another; negative when `to` is earlier. */
export const daysBetween = (from: StudyDay, to: StudyDay): number =>
  Math.round((toWall(to) - toWall(from)) / dayMs);

/** Every date from `from` to `to`, both included; none when `to` is earlier. */
export const listDays = (from: StudyDay, to: StudyDay): StudyDay[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, index) => addDays(from, index));

/** Whether the zone's calendar has the date at all: Pacific/Apia has no 2011-12-30. */
export function isCalendarDate(day: StudyDay, timeZone: string): boolean {
  return toDay(wallClock(firstInstantShowing(toWall(day), timeZone), timeZone)) === day;
}

/** The nearest date before `day` that the zone's calendar has. */
export function previousStudyDay(day: StudyDay, timeZone: string): StudyDay {
  const previous = addDays(day, -1);
  return isCalendarDate(previous, timeZone) ? previous : previousStudyDay(previous, timeZone);
}

/** The nearest date after `day` that the zone's calendar has. */
export function nextStudyDay(day: StudyDay, timeZone: string): StudyDay {
  const next = addDays(day, 1);
  return isCalendarDate(next, timeZone) ? next : nextStudyDay(next, timeZone);
}

/**
 * The instant at which a study day begins: the first at which the wall clock shows the date at
 * `rolloverMinutes` after midnight or later.
 */
export const startOfStudyDay = (day: StudyDay, timeZone: string, rolloverMinutes: number): Date =>
  new Date(firstInstantShowing(toWall(day) + rolloverMinutes * minuteMs, timeZone));

/** The instant at which a study day is over, which is when the next begins. */
export const endOfStudyDay = (day: StudyDay, timeZone: string, rolloverMinutes: number): Date =>
  startOfStudyDay(nextStudyDay(day, timeZone), timeZone, rolloverMinutes);

/**
 * The study day that an instant belongs to, by the wall clock of the zone: the date it shows, or the
 * date before while it shows less than `rolloverMinutes` after midnight.
 *
 * It is not "subtract the rollover, then take the date": on the two days a year when the clock jumps
 * between midnight and the rollover, that is wrong by the size of the jump. Days never run backwards:
 * when a clock set back shows a time before the rollover a second time, the new day goes on. A date that
 * the zone's calendar leaves out is nobody's study day.
 */
export function studyDay(instant: Date, timeZone: string, rolloverMinutes: number): StudyDay {
  const wall = wallClock(instant.getTime(), timeZone);
  const shown = toDay(wall);
  const minutes = (wall - toWall(shown)) / minuteMs;
  if (minutes >= rolloverMinutes) return shown;
  const begun = startOfStudyDay(shown, timeZone, rolloverMinutes).getTime() <= instant.getTime();
  return begun ? shown : previousStudyDay(shown, timeZone);
}
