import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abandonedAt, closeIntervals, focusByStudyDay, type Interval, secondsOf } from './session-clock.ts';

const at = (time: string) => new Date(`2024-05-10T${time}Z`);
const intervals: Interval[] = [
  { kind: 'FOCUS', startedAt: at('10:00:00'), endedAt: at('10:25:00') },
  { kind: 'PAUSE', startedAt: at('10:25:00'), endedAt: at('10:30:00') },
  { kind: 'FOCUS', startedAt: at('10:30:00'), endedAt: null },
];

describe('session clock', () => {
  it('counts focus without pauses, and the open interval up to now', () => {
    expect(secondsOf('FOCUS', intervals, at('10:40:00'))).toBe(35 * 60);
    expect(secondsOf('PAUSE', intervals, at('10:40:00'))).toBe(5 * 60);
    expect(secondsOf('FOCUS', intervals, at('10:29:00'))).toBe(25 * 60);
  });

  it('splits focus at the rollover of the learner’s study day', () => {
    const overnight: Interval[] = [
      {
        kind: 'FOCUS',
        startedAt: new Date('2024-05-10T18:30:00Z'),
        endedAt: new Date('2024-05-10T19:20:00Z'),
      },
      { kind: 'FOCUS', startedAt: new Date('2024-05-10T20:00:00Z'), endedAt: null },
    ];
    expect([...focusByStudyDay(overnight, { timeZone: 'Asia/Seoul', dayStartMinutes: 240 })]).toEqual([
      ['2024-05-10', 1800],
      ['2024-05-11', 1200],
    ]);
  });

  it('loses no second between study days', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400 * 4 }),
        fc.constantFrom('America/New_York', 'Pacific/Apia'),
        (length, timeZone) => {
          const startedAt = new Date('2024-03-09T20:00:00Z');
          const focus: Interval[] = [
            { kind: 'FOCUS', startedAt, endedAt: new Date(startedAt.getTime() + length * 1000) },
          ];
          const sum = [...focusByStudyDay(focus, { timeZone, dayStartMinutes: 240 }).values()].reduce(
            (one, two) => one + two,
            0,
          );
          expect(sum).toBe(length);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['ACTIVE', null, '11:00:00'],
    ['ACTIVE', 50, '11:20:00'],
    ['PAUSED', 50, '22:00:00'],
  ] as const)('gives up on an %s session planned for %s minutes at %s', (status, plannedMinutes, time) => {
    expect(abandonedAt({ status, plannedMinutes, lastSeenAt: at('10:00:00') })).toEqual(at(time));
  });

  it('never gives up on a session that is over', () => {
    expect(abandonedAt({ status: 'COMPLETED', plannedMinutes: null, lastSeenAt: at('10:00:00') })).toBeNull();
  });

  it('cuts every interval at the instant of closing', () => {
    expect(closeIntervals(intervals, at('10:27:00'))).toEqual([
      intervals[0],
      { kind: 'PAUSE', startedAt: at('10:25:00'), endedAt: at('10:27:00') },
    ]);
    expect(closeIntervals(intervals, at('10:35:00')).at(-1)?.endedAt).toEqual(at('10:35:00'));
  });
});
