import {
  addDays,
  endOfStudyDay,
  isCalendarDate,
  nextStudyDay,
  previousStudyDay,
  type StudyDay,
} from '@studymate/runtime';

export const qualifyingSeconds = 60;
export const maxFreezes = 2;
const daysToEarnFreeze = 7;
/** How many study days back a missed day may still be frozen. */
export const freezableDays = 2;

export interface DayEffort {
  readonly day: StudyDay;
  readonly focusSeconds: number;
  readonly reviews: number;
}

/** A study day counts towards the streak with one review or one minute of focus. */
export const qualifies = ({ focusSeconds, reviews }: Omit<DayEffort, 'day'>): boolean =>
  reviews > 0 || focusSeconds >= qualifyingSeconds;

export interface StreakFacts {
  readonly qualified: ReadonlySet<StudyDay>;
  readonly frozen: ReadonlySet<StudyDay>;
  readonly today: StudyDay;
  readonly timeZone: string;
  readonly dayStartMinutes: number;
}

export interface StreakState {
  readonly current: number;
  readonly longest: number;
  readonly lastQualifiedDay: StudyDay | null;
  readonly atRisk: boolean;
  readonly expiresAt: Date | null;
  readonly freezesAvailable: number;
}

const latest = (days: Iterable<StudyDay>): StudyDay | null => {
  let last: StudyDay | null = null;
  for (const day of days) if (last === null || day > last) last = day;
  return last;
};

/**
 * Today, or the last qualified day when that is ahead of it: a learner who flew east to west over the date
 * line has already lived this date, and neither gains nor loses a day by it.
 */
function effectiveToday({ qualified, today }: StreakFacts): StudyDay {
  const last = latest(qualified);
  return last !== null && last > today ? last : today;
}

/** The streak that stands at the end of `day`: qualified days back to the first gap; frozen days only bridge. */
function streakEndingOn(day: StudyDay, { qualified, frozen, timeZone }: StreakFacts): number {
  let count = 0;
  for (let at = day; ; at = addDays(at, -1)) {
    if (qualified.has(at)) count += 1;
    else if (!frozen.has(at) && isCalendarDate(at, timeZone)) return count;
  }
}

interface Walk {
  readonly run: number;
  readonly longest: number;
  readonly freezes: number;
}

/** Walks all days once: the longest run, and freezes spent and earned (one per seven days of a run, two at most). */
function walkDays(facts: StreakFacts, until: StudyDay): Walk {
  const { qualified, frozen, timeZone } = facts;
  const days = [...new Set([...qualified, ...frozen])].filter((day) => day <= until).toSorted();
  let walk: Walk = { run: 0, longest: 0, freezes: maxFreezes };
  let previous: StudyDay | null = null;
  for (const day of days) {
    const joined = previous !== null && previousStudyDay(day, timeZone) === previous;
    const run = joined ? walk.run : 0;
    previous = day;
    if (!qualified.has(day)) {
      walk = { ...walk, run, freezes: Math.max(0, walk.freezes - 1) };
      continue;
    }
    const earned = (run + 1) % daysToEarnFreeze === 0 ? 1 : 0;
    walk = {
      run: run + 1,
      longest: Math.max(walk.longest, run + 1),
      freezes: Math.min(maxFreezes, walk.freezes + earned),
    };
  }
  return walk;
}

/** The streak as a pure function of qualified and frozen study days. */
export function computeStreak(facts: StreakFacts): StreakState {
  const { qualified, frozen, timeZone, dayStartMinutes } = facts;
  const today = effectiveToday(facts);
  const todaySafe = qualified.has(today) || frozen.has(today);
  const current = streakEndingOn(todaySafe ? today : previousStudyDay(today, timeZone), facts);
  const { longest, freezes } = walkDays(facts, today);
  const lastSafeDay = todaySafe ? nextStudyDay(today, timeZone) : today;
  return {
    current,
    longest,
    lastQualifiedDay: latest(qualified),
    atRisk: current > 0 && !todaySafe,
    expiresAt: current === 0 ? null : endOfStudyDay(lastSafeDay, timeZone, dayStartMinutes),
    freezesAvailable: freezes,
  };
}

export type StreakDayState = 'QUALIFIED' | 'FROZEN' | 'MISSED' | 'TODAY_OPEN' | 'FUTURE';

export function stateOfDay(day: StudyDay, { qualified, frozen, today }: StreakFacts): StreakDayState {
  if (qualified.has(day)) return 'QUALIFIED';
  if (frozen.has(day)) return 'FROZEN';
  if (day === today) return 'TODAY_OPEN';
  return day > today ? 'FUTURE' : 'MISSED';
}

export type FreezeRefusal = 'FUTURE' | 'TOO_OLD' | 'QUALIFIED' | 'NONE_LEFT' | 'NO_STREAK' | 'NO_SUCH_DAY';

/** Why the day cannot be frozen, or null when it can (or already is). */
export function refuseFreeze(day: StudyDay, facts: StreakFacts): FreezeRefusal | null {
  const { qualified, frozen, today, timeZone } = facts;
  if (frozen.has(day)) return null;
  if (!isCalendarDate(day, timeZone)) return 'NO_SUCH_DAY';
  if (day > today) return 'FUTURE';
  if (day < addDays(today, -freezableDays)) return 'TOO_OLD';
  if (qualified.has(day)) return 'QUALIFIED';
  if (streakEndingOn(previousStudyDay(day, timeZone), facts) === 0) return 'NO_STREAK';
  return computeStreak(facts).freezesAvailable === 0 ? 'NONE_LEFT' : null;
}
