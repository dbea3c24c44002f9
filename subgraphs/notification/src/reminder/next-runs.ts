import { isCalendarDate, startOfStudyDay, studyDay } from '@studymate/runtime';
import { RRuleTemporal } from 'rrule-temporal';
import { wallMinutes } from '../preference/quiet-hours.ts';

/** When a reminder rings: an RFC 5545 rule on a zone's wall clock, counted from the day it was made. */
export interface Recurrence {
  readonly rrule: string;
  readonly timeZone: string;
  readonly startsAt: Date;
}

const defaultHour = 20;
const frequencies = new Set(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);
const minuteMs = 60_000;
/** Wider than the difference between any wall clock and UTC. */
const zoneSlackMs = 36 * 60 * minuteMs;

type Parts = Map<string, string>;

const numbers =
  (least: number, most: number) =>
  (value: string): boolean =>
    value
      .split(',')
      .every((part) => /^[+-]?\d{1,4}$/.test(part) && Number(part) >= least && Number(part) <= most);
const days =
  (most: number) =>
  (value: string): boolean =>
    numbers(-most, most)(value) && value.split(',').every((part) => Number(part) !== 0);

/** The parts a reminder may use, with their ranges: the library drops what is out of range without a word. */
const accepts: Readonly<Record<string, (value: string) => boolean>> = {
  FREQ: (value) => frequencies.has(value),
  INTERVAL: numbers(1, 1000),
  COUNT: numbers(1, 9999),
  UNTIL: (value) => /^\d{8}(T\d{6}Z)?$/.test(value),
  WKST: (value) => /^(MO|TU|WE|TH|FR|SA|SU)$/.test(value),
  BYDAY: (value) =>
    /^([+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))(,[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))*$/.test(value),
  BYMONTH: numbers(1, 12),
  BYMONTHDAY: days(31),
  BYYEARDAY: days(366),
  BYWEEKNO: days(53),
  BYSETPOS: days(366),
  BYHOUR: numbers(0, 23),
  BYMINUTE: numbers(0, 59),
};

function partsOf(rrule: string): Parts {
  const parts: Parts = new Map();
  for (const part of rrule.replace(/^RRULE:/i, '').split(';')) {
    const [name = '', value = '', ...rest] = part.toUpperCase().split('=');
    if (!accepts[name]?.(value) || parts.has(name) || rest.length > 0)
      throw new RangeError(`cannot use "${part}"`);
    parts.set(name, value);
  }
  if (!parts.has('FREQ')) throw new RangeError('FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY');
  return parts;
}

/** Minutes of the wall clock, read as if UTC: the rule is unrolled without a zone, then placed in the zone. */
function floatingRule({ rrule, timeZone, startsAt }: Recurrence): RRuleTemporal {
  const parts = partsOf(rrule);
  if (!parts.has('BYHOUR')) parts.set('BYHOUR', String(defaultHour));
  if (!parts.has('BYMINUTE')) parts.set('BYMINUTE', '0');
  parts.set('BYSECOND', '0');
  parts.delete('UNTIL');
  const firstDay = studyDay(startsAt, timeZone, 0).replaceAll('-', '');
  const rule = [...parts].map(([name, value]) => `${name}=${value}`).join(';');
  return new RRuleTemporal({
    rruleString: `DTSTART:${firstDay}T000000Z\nRRULE:${rule}`,
    strict: true,
    maxIterations: 2_000,
  });
}

const untilPattern = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z)?$/;

/** The last instant the rule allows: a bare date includes that whole day of the zone. */
function untilOf({ rrule, timeZone }: Recurrence): Date | null {
  const until = partsOf(rrule).get('UNTIL');
  if (until === undefined) return null;
  const [, year, month, day, hours, minutes, seconds] = untilPattern.exec(until) ?? [];
  const date = `${year}-${month}-${day}`;
  if (hours !== undefined) return new Date(`${date}T${hours}:${minutes}:${seconds}Z`);
  return new Date(startOfStudyDay(date, timeZone, 24 * 60).getTime() - 1);
}

/** The instant of a wall clock time: shown twice, the first; jumped over, the jump; a date left out, never. */
function place(floating: Date, timeZone: string): Date | null {
  const day = floating.toISOString().slice(0, 10);
  if (!isCalendarDate(day, timeZone)) return null;
  return startOfStudyDay(day, timeZone, wallMinutes(floating, 'UTC'));
}

/**
 * The next `count` instants after `after` at which the reminder rings, by the wall clock of its zone: a daily
 * rule rings exactly once on 23-hour and 25-hour days. 02:30 on a night that jumps from 02:00 to 03:00 rings at
 * 03:00; 01:30 on a night that shows it twice rings the first time only.
 */
export function nextRuns(recurrence: Recurrence, after: Date, count: number): Date[] {
  const rule = floatingRule(recurrence);
  const until = untilOf(recurrence);
  const from = after > recurrence.startsAt ? after : recurrence.startsAt;
  const runs: Date[] = [];
  let cursor = new Date(from.getTime() - zoneSlackMs);
  while (runs.length < count) {
    const next = rule.next(cursor);
    if (next === null) break;
    cursor = new Date(next.epochMilliseconds);
    const run = place(cursor, recurrence.timeZone);
    if (run !== null && until !== null && run > until) break;
    if (run !== null && run > from && run.getTime() !== runs.at(-1)?.getTime()) runs.push(run);
  }
  return runs;
}

/** What is wrong with a rule that a learner sent, or null when it can be kept. */
export function problemOfRule(recurrence: Recurrence): string | null {
  try {
    const parts = partsOf(recurrence.rrule);
    const times =
      (parts.get('BYHOUR') ?? '0').split(',').length * (parts.get('BYMINUTE') ?? '0').split(',').length;
    if (times > 4) return 'at most 4 times a day';
    return nextRuns(recurrence, recurrence.startsAt, 1).length === 0 ? 'never rings' : null;
  } catch (error) {
    return error instanceof Error ? error.message : 'is not an RRULE';
  }
}
