import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  daysBetween,
  endOfStudyDay,
  isCalendarDate,
  isTimeZone,
  listDays,
  nextStudyDay,
  previousStudyDay,
  startOfStudyDay,
  studyDay,
} from './study-day.ts';

const at = (instant: string, zone: string, rollover = 240) => studyDay(new Date(instant), zone, rollover);

describe('study day', () => {
  it.each([
    // zone, instant, wall clock there, expected
    ['Asia/Seoul', '2024-03-09T18:59:59Z', '03:59:59', '2024-03-09'],
    ['Asia/Seoul', '2024-03-09T19:00:00Z', '04:00:00', '2024-03-10'],
    ['Asia/Seoul', '2024-03-09T17:00:00Z', '02:00:00', '2024-03-09'],
    ['Asia/Kathmandu', '2024-05-31T22:14:59Z', '03:59:59', '2024-05-31'],
    ['Asia/Kathmandu', '2024-05-31T22:15:00Z', '04:00:00', '2024-06-01'],
    // Clocks go from 02:00 EST to 03:00 EDT: 03:59 is still the day before, four hours ago was 22:59.
    ['America/New_York', '2024-03-10T07:59:59Z', '03:59:59 EDT', '2024-03-09'],
    ['America/New_York', '2024-03-10T08:00:00Z', '04:00:00 EDT', '2024-03-10'],
    ['America/New_York', '2024-03-11T03:30:00Z', '23:30:00 EDT', '2024-03-10'],
    // Clocks go from 02:00 EDT to 01:00 EST: 03:59 EST, five hours after midnight, is the day before.
    ['America/New_York', '2024-11-03T08:59:59Z', '03:59:59 EST', '2024-11-02'],
    ['America/New_York', '2024-11-03T09:00:00Z', '04:00:00 EST', '2024-11-03'],
    ['Europe/London', '2024-03-31T02:59:59Z', '03:59:59 BST', '2024-03-30'],
    ['Europe/London', '2024-03-31T03:00:00Z', '04:00:00 BST', '2024-03-31'],
    ['Europe/London', '2024-10-27T03:59:59Z', '03:59:59 GMT', '2024-10-26'],
    ['Europe/London', '2024-10-27T04:00:00Z', '04:00:00 GMT', '2024-10-27'],
    // Samoa went from the 29th to the 31st of December 2011: nobody studied on the 30th.
    ['Pacific/Apia', '2011-12-30T09:59:59Z', '29th 23:59:59', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '31st 00:00:00', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T13:59:59Z', '31st 03:59:59', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T14:00:00Z', '31st 04:00:00', '2011-12-31'],
  ])('in %s at %s (%s) is %s', (zone, instant, _shown, day) => {
    expect(at(instant, zone)).toBe(day);
  });

  it('begins where the clock jumps when the rollover itself is jumped over', () => {
    expect(startOfStudyDay('2024-03-10', 'America/New_York', 150).toISOString()).toBe(
      '2024-03-10T07:00:00.000Z',
    );
    expect(at('2024-03-10T06:59:59.999Z', 'America/New_York', 150)).toBe('2024-03-09');
    expect(at('2024-03-10T07:00:00Z', 'America/New_York', 150)).toBe('2024-03-10');
  });

  it('begins the first time that the rollover is shown, and does not run backwards the second', () => {
    expect(startOfStudyDay('2024-11-03', 'America/New_York', 90).toISOString()).toBe(
      '2024-11-03T05:30:00.000Z',
    );
    expect(at('2024-11-03T05:29:59Z', 'America/New_York', 90)).toBe('2024-11-02');
    expect(at('2024-11-03T05:30:00Z', 'America/New_York', 90)).toBe('2024-11-03');
    expect(at('2024-11-03T06:15:00Z', 'America/New_York', 90)).toBe('2024-11-03');
  });

  it.each([
    ['America/New_York', '2024-03-09', 23],
    ['America/New_York', '2024-11-02', 25],
    ['Asia/Seoul', '2024-03-09', 24],
    ['Europe/London', '2024-03-30', 23],
    ['Europe/London', '2024-10-26', 25],
    ['Pacific/Apia', '2011-12-29', 24],
  ])('in %s on %s has %i hours', (zone, day, hours) => {
    const length = endOfStudyDay(day, zone, 240).getTime() - startOfStudyDay(day, zone, 240).getTime();
    expect(length / 3_600_000).toBe(hours);
  });

  it('knows the date that Samoa left out', () => {
    expect(isCalendarDate('2011-12-30', 'Pacific/Apia')).toBe(false);
    expect(isCalendarDate('2011-12-30', 'Pacific/Pago_Pago')).toBe(true);
    expect(nextStudyDay('2011-12-29', 'Pacific/Apia')).toBe('2011-12-31');
    expect(previousStudyDay('2011-12-31', 'Pacific/Apia')).toBe('2011-12-29');
  });

  it('counts dates', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(daysBetween('2024-03-01', '2024-02-28')).toBe(-2);
    expect(listDays('2023-12-31', '2024-01-01')).toEqual(['2023-12-31', '2024-01-01']);
    expect(listDays('2024-01-02', '2024-01-01')).toEqual([]);
  });

  it('tells zones from other words', () => {
    expect(isTimeZone('Asia/Kathmandu')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });

  describe('at every change of the clocks from 1985 to 2025', () => {
    const quarterMs = 900_000;
    const dayMs = 86_400_000;
    const [from, to] = [Date.UTC(1985, 0), Date.UTC(2026, 0)];
    const minutesOf = (zone: string) => {
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'short',
      });
      return (ms: number) => {
        const [date = '', hour = '', minute = ''] = format.format(ms).split(/[ :]/);
        return { date, minutes: Number(hour) * 60 + Number(minute) };
      };
    };

    it.each([
      ['America/New_York', 82],
      ['Europe/London', 82],
      ['Asia/Seoul', 4],
      ['Asia/Kathmandu', 1],
      ['Pacific/Apia', 23],
    ])(
      'in %s it is the last date whose rollover the clock has shown',
      (zone, changes) => {
        const show = minutesOf(zone);
        const offsetOf = (ms: number) => {
          const { date, minutes } = show(ms);
          return Date.parse(`${date}T00:00:00Z`) + minutes * 60_000 - ms;
        };
        const edges: number[] = [];
        for (let day = from; day < to; day += dayMs) {
          if (offsetOf(day) === offsetOf(day + dayMs)) continue;
          let edge = day;
          while (offsetOf(edge) === offsetOf(day)) edge += quarterMs;
          edges.push(edge);
        }
        expect(edges).toHaveLength(changes);

        const wrong: string[] = [];
        for (const edge of edges) {
          for (const rollover of [0, 90, 150, 240]) {
            let expected = '';
            for (let ms = edge - 1.25 * dayMs; ms <= edge + dayMs / 4; ms += quarterMs) {
              const { date, minutes } = show(ms);
              if (minutes >= rollover && date > expected) expected = date;
              if (ms < edge - dayMs / 4 || expected === at(new Date(ms).toISOString(), zone, rollover))
                continue;
              wrong.push(`${new Date(ms).toISOString()} with ${rollover}`);
            }
          }
        }
        expect(wrong).toEqual([]);
      },
      60_000,
    );
  });

  const zones = [
    'America/New_York',
    'Asia/Seoul',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Europe/London',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
  ];
  const instants = fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2030, 0) });

  it('holds every instant between its own start and end', () => {
    fc.assert(
      fc.property(
        instants,
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 720 }),
        (ms, zone, rollover) => {
          const day = studyDay(new Date(ms), zone, rollover);
          expect(startOfStudyDay(day, zone, rollover).getTime()).toBeLessThanOrEqual(ms);
          expect(endOfStudyDay(day, zone, rollover).getTime()).toBeGreaterThan(ms);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never runs backwards', () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 0, max: 3 * 86_400_000 }),
        fc.constantFrom(...zones),
        (ms, later, zone) => {
          expect(studyDay(new Date(ms + later), zone, 240) >= studyDay(new Date(ms), zone, 240)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
