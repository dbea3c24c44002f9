import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goalPace, goalWindow } from './goal-pace.ts';

const goal = { startsOn: '2024-05-01', endsOn: '2024-05-20' };

describe('goal pace', () => {
  it.each([
    ['DAILY', '2024-05-12', '2024-05-12', '2024-05-12'],
    ['WEEKLY', '2024-05-12', '2024-05-06', '2024-05-12'],
    ['WEEKLY', '2024-05-13', '2024-05-13', '2024-05-19'],
    ['WEEKLY', '1969-12-31', '1969-12-29', '1970-01-04'],
    ['MONTHLY', '2024-02-10', '2024-02-01', '2024-02-29'],
    ['MONTHLY', '2023-12-31', '2023-12-01', '2023-12-31'],
    ['UNTIL_DATE', '2024-05-12', '2024-05-01', '2024-05-20'],
  ] as const)('counts %s goals on %s from %s to %s', (period, today, from, to) => {
    expect(goalWindow({ ...goal, period }, today)).toEqual({ from, to });
  });

  const pace = (current: number, now: string, timeZone = 'UTC') =>
    goalPace(
      { current, target: 100 },
      { from: '2024-03-10', to: '2024-03-10' },
      { now: new Date(now), timeZone, dayStartMinutes: 240 },
    );

  it('is on track on the straight line and off below it', () => {
    expect(pace(0, '2024-03-10T04:00:00Z')).toEqual({ fraction: 0, onTrack: true });
    expect(pace(50, '2024-03-10T16:00:00Z')).toEqual({ fraction: 0.5, onTrack: true });
    expect(pace(49, '2024-03-10T16:00:00Z').onTrack).toBe(false);
    expect(pace(130, '2024-03-11T16:00:00Z')).toEqual({ fraction: 1, onTrack: true });
    expect(pace(99, '2024-03-11T16:00:00Z').onTrack).toBe(false);
  });

  it('measures a long day by its length', () => {
    const long = (now: string) =>
      goalPace(
        { current: 50, target: 100 },
        { from: '2024-11-02', to: '2024-11-02' },
        { now: new Date(now), timeZone: 'America/New_York', dayStartMinutes: 240 },
      ).onTrack;
    // 04:00 EDT + 12.5 h is the middle of a day of 25 hours.
    expect(long('2024-11-02T20:30:00Z')).toBe(true);
    expect(long('2024-11-02T20:30:01Z')).toBe(false);
  });

  it('never falls off track by doing more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 30 }),
        (current, more, hours) => {
          const now = new Date(Date.UTC(2024, 2, 10, hours)).toISOString();
          if (pace(current, now).onTrack) expect(pace(current + more, now).onTrack).toBe(true);
        },
      ),
    );
  });
});
