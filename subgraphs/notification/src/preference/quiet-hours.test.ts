import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  endOfQuiet,
  ignoresQuietHours,
  isQuiet,
  parseWallTime,
  type QuietHours,
  wallMinutes,
} from './quiet-hours.ts';

const night: QuietHours = { start: '22:00', end: '07:00', exceptCategories: ['QUIZ_RESULT'] };
const window = (start: string, end: string): QuietHours => ({ start, end, exceptCategories: [] });
const defer = (hours: QuietHours, at: string, zone: string) =>
  endOfQuiet(hours, new Date(at), zone).toISOString();

const zones = [
  'Asia/Seoul',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'UTC',
];

describe('quiet hours', () => {
  it.each([
    ['before the window', night, '2026-06-01T12:59:00Z', 'Asia/Seoul', '2026-06-01T12:59:00.000Z'],
    ['at its start', night, '2026-06-01T13:00:00Z', 'Asia/Seoul', '2026-06-01T22:00:00.000Z'],
    ['after midnight', night, '2026-06-01T18:30:00Z', 'Asia/Seoul', '2026-06-01T22:00:00.000Z'],
    ['at its end', night, '2026-06-01T22:00:00Z', 'Asia/Seoul', '2026-06-01T22:00:00.000Z'],
    [
      'a window within one day',
      window('12:00', '13:00'),
      '2026-06-01T12:30:15Z',
      'UTC',
      '2026-06-01T13:00:00.000Z',
    ],
    ['equal ends', window('07:00', '07:00'), '2026-06-01T07:00:00Z', 'UTC', '2026-06-01T07:00:00.000Z'],
    [
      'the night the clock jumps ahead',
      night,
      '2026-03-08T04:00:00Z',
      'America/New_York',
      '2026-03-08T11:00:00.000Z',
    ],
    [
      'the night the clock is set back',
      night,
      '2026-11-01T03:00:00Z',
      'America/New_York',
      '2026-11-01T12:00:00.000Z',
    ],
    [
      'an end the clock jumps over',
      window('22:00', '02:30'),
      '2026-03-08T06:00:00Z',
      'America/New_York',
      '2026-03-08T07:00:00.000Z',
    ],
    [
      'an end shown twice, first showing',
      window('22:00', '01:30'),
      '2026-11-01T05:00:00Z',
      'America/New_York',
      '2026-11-01T05:30:00.000Z',
    ],
    [
      'an end shown twice, second showing',
      window('22:00', '01:30'),
      '2026-11-01T06:10:00Z',
      'America/New_York',
      '2026-11-01T06:30:00.000Z',
    ],
  ])('lets a message through in time: %s', (_name, hours, at, zone, expected) => {
    expect(defer(hours, at, zone)).toBe(expected);
  });

  it('never holds back security, nor what the learner excepts', () => {
    expect(ignoresQuietHours(night, 'SECURITY')).toBe(true);
    expect(ignoresQuietHours(night, 'QUIZ_RESULT')).toBe(true);
    expect(ignoresQuietHours(night, 'PRODUCT')).toBe(false);
  });

  it('agrees with a minute-by-minute walk along the wall clock', () => {
    const wallTime = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
    const from = Date.parse('2026-01-01T00:00:00Z') / 900_000;
    const instant = fc
      .integer({ min: from, max: from + 366 * 96 })
      .map((quarter) => new Date(quarter * 900_000));
    fc.assert(
      fc.property(wallTime, wallTime, instant, fc.constantFrom(...zones), (start, end, at, zone) => {
        const hours = window(start, end);
        let walked = at.getTime();
        while (isQuiet(hours, new Date(walked), zone)) walked += 60_000;
        expect(endOfQuiet(hours, at, zone).getTime()).toBe(walked);
      }),
      { numRuns: 60 },
    );
  });

  it('reads wall clock times and refuses what is none', () => {
    expect(parseWallTime('07:05')).toBe(425);
    for (const text of ['24:00', '7:05', '12:60', '', '12:00:00']) expect(parseWallTime(text)).toBeNull();
    expect(wallMinutes(new Date('2026-06-01T00:00:00Z'), 'Asia/Kathmandu')).toBe(345);
  });
});
