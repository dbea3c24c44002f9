import { describe, expect, it } from '@jest/globals';
import { addDays, studyDay } from '@studymate/runtime';
import fc from 'fast-check';
import { nextRuns, problemOfRule, type Recurrence } from './next-runs.ts';

const every = (rrule: string, timeZone: string, startsAt = '2026-01-01T00:00:00Z'): Recurrence => ({
  rrule,
  timeZone,
  startsAt: new Date(startsAt),
});
const runs = (recurrence: Recurrence, after: string, count: number) =>
  nextRuns(recurrence, new Date(after), count).map((run) => run.toISOString());

describe('reminder', () => {
  it('rings at 20:00 of the learner when no hour is named', () => {
    expect(runs(every('FREQ=DAILY', 'Asia/Seoul'), '2026-06-01T00:00:00Z', 2)).toEqual([
      '2026-06-01T11:00:00.000Z',
      '2026-06-02T11:00:00.000Z',
    ]);
  });

  it('rings once, after the gap, on the night that has no 02:30', () => {
    const daily = every('FREQ=DAILY;BYHOUR=2;BYMINUTE=30', 'America/New_York');
    expect(runs(daily, '2026-03-07T12:00:00Z', 2)).toEqual([
      '2026-03-08T07:00:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ]);
  });

  it('rings the first time only on the night that shows 01:30 twice', () => {
    const daily = every('FREQ=DAILY;BYHOUR=1;BYMINUTE=30', 'America/New_York');
    expect(runs(daily, '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
  });

  it('does not ring on a date that the calendar left out', () => {
    const daily = every('FREQ=DAILY', 'Pacific/Apia', '2011-12-01T00:00:00Z');
    const days = nextRuns(daily, new Date('2011-12-29T00:00:00Z'), 3).map((run) =>
      studyDay(run, 'Pacific/Apia', 0),
    );
    expect(days).toEqual(['2011-12-28', '2011-12-29', '2011-12-31']);
  });

  it.each([
    [
      'every other Monday',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=9',
      ['2026-01-12T09:00:00.000Z', '2026-01-26T09:00:00.000Z'],
    ],
    [
      'the last day of a month',
      'FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=8',
      ['2026-01-31T08:00:00.000Z', '2026-02-28T08:00:00.000Z'],
    ],
    ['three times in all', 'FREQ=DAILY;COUNT=3', ['2026-01-02T20:00:00.000Z', '2026-01-03T20:00:00.000Z']],
    ['until a day, that day included', 'FREQ=DAILY;UNTIL=20260102', ['2026-01-02T20:00:00.000Z']],
    ['until an instant', 'FREQ=DAILY;UNTIL=20260102T195959Z', []],
  ])('follows a rule for %s', (_name, rule, expected) => {
    const after = rule.includes('DAILY') ? '2026-01-01T20:00:00Z' : '2026-01-01T00:00:00Z';
    expect(runs(every(rule, 'UTC'), after, 2)).toEqual(expected);
  });

  it('rings exactly once on every local day of a year, in every zone', () => {
    const zone = fc.constantFrom(
      'Asia/Seoul',
      'America/New_York',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    fc.assert(
      fc.property(
        zone,
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom(0, 15, 30, 45),
        (timeZone, hour, minute) => {
          const daily = every(`FREQ=DAILY;BYHOUR=${hour};BYMINUTE=${minute}`, timeZone);
          const days = nextRuns(daily, new Date('2026-01-02T12:00:00Z'), 365).map((run) =>
            studyDay(run, timeZone, 0),
          );
          expect(days).toEqual(days.map((_day, index) => addDays(days[0] ?? '', index)));
        },
      ),
      { numRuns: 12 },
    );
  });

  it.each([
    ['FREQ=HOURLY', 'cannot use'],
    ['FREQ=SOMETIMES', 'cannot use'],
    ['FREQ=DAILY;BYMINUTE=60', 'BYMINUTE'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY'],
    ['FREQ=DAILY;COUNT=-1', 'COUNT'],
    ['FREQ=DAILY;X=1', 'cannot use'],
    ['BYHOUR=3', 'FREQ must be'],
    ['FREQ=DAILY;FREQ=DAILY', 'cannot use'],
    ['FREQ=DAILY\nDTSTART:19700101T000000Z', 'cannot use'],
    ['FREQ=DAILY;BYHOUR=25', 'BYHOUR'],
    ['FREQ=DAILY;BYHOUR=1,2,3,4,5', 'at most 4'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', ''],
    ['FREQ=DAILY;UNTIL=tomorrow', 'UNTIL'],
    ['FREQ=DAILY;UNTIL=20200101', 'never rings'],
  ])('refuses %j', (rule, problem) => {
    expect(problemOfRule(every(rule, 'UTC'))?.toLowerCase()).toContain(problem.toLowerCase());
    expect(problemOfRule(every('FREQ=DAILY', 'UTC'))).toBeNull();
  });
});
