import { describe, expect, it } from '@jest/globals';
import { addDays, listDays } from '@studymate/runtime';
import fc from 'fast-check';
import {
  computeStreak,
  maxFreezes,
  qualifies,
  refuseFreeze,
  type StreakFacts,
  stateOfDay,
} from './streak.ts';

const facts = (change: Partial<StreakFacts> = {}): StreakFacts => ({
  qualified: new Set(),
  frozen: new Set(),
  today: '2024-05-10',
  timeZone: 'Asia/Seoul',
  dayStartMinutes: 240,
  ...change,
});
const days = (from: string, to: string) => new Set(listDays(from, to));

describe('streak', () => {
  it('is nothing before the first day', () => {
    expect(computeStreak(facts())).toEqual({
      current: 0,
      longest: 0,
      lastQualifiedDay: null,
      atRisk: false,
      expiresAt: null,
      freezesAvailable: maxFreezes,
    });
  });

  it('counts today and breaks at the end of tomorrow', () => {
    expect(computeStreak(facts({ qualified: days('2024-05-08', '2024-05-10') }))).toMatchObject({
      current: 3,
      longest: 3,
      atRisk: false,
      expiresAt: new Date('2024-05-11T19:00:00Z'),
    });
  });

  it('is at risk until the end of today when only yesterday counts', () => {
    expect(computeStreak(facts({ qualified: days('2024-05-08', '2024-05-09') }))).toMatchObject({
      current: 2,
      atRisk: true,
      expiresAt: new Date('2024-05-10T19:00:00Z'),
    });
  });

  it('breaks after a missed day, unless that day is frozen', () => {
    const qualified = new Set(['2024-05-07', '2024-05-08', '2024-05-10']);
    expect(computeStreak(facts({ qualified }))).toMatchObject({ current: 1, longest: 2 });
    expect(computeStreak(facts({ qualified, frozen: new Set(['2024-05-09']) }))).toMatchObject({
      current: 3,
      longest: 3,
      freezesAvailable: 1,
    });
  });

  it.each([
    // A day of 23 hours, one of 25, a zone at +05:45, a date that never was.
    ['America/New_York', '2024-03-09', '2024-03-10T08:00:00Z', '2024-03-11T08:00:00Z'],
    ['America/New_York', '2024-11-02', '2024-11-03T09:00:00Z', '2024-11-04T09:00:00Z'],
    ['Europe/London', '2024-03-30', '2024-03-31T03:00:00Z', '2024-04-01T03:00:00Z'],
    ['Asia/Kathmandu', '2024-05-10', '2024-05-10T22:15:00Z', '2024-05-11T22:15:00Z'],
    ['Pacific/Apia', '2011-12-29', '2011-12-30T14:00:00Z', '2011-12-31T14:00:00Z'],
  ])('in %s on %s expires at the exact instant', (timeZone, today, openUntil, safeUntil) => {
    const yesterday = new Set([addDays(today, -1)]);
    expect(computeStreak(facts({ timeZone, today, qualified: yesterday })).expiresAt).toEqual(
      new Date(openUntil),
    );
    const both = new Set([addDays(today, -1), today]);
    expect(computeStreak(facts({ timeZone, today, qualified: both })).expiresAt).toEqual(new Date(safeUntil));
  });

  it('does not miss the date that Samoa left out', () => {
    const qualified = new Set(['2011-12-28', '2011-12-29', '2011-12-31']);
    const streak = computeStreak(facts({ timeZone: 'Pacific/Apia', today: '2011-12-31', qualified }));
    expect(streak).toMatchObject({ current: 3, longest: 3 });
  });

  it('neither doubles nor breaks when the learner flies over the date line', () => {
    const qualified = days('2024-05-08', '2024-05-10');
    for (const today of ['2024-05-09', '2024-05-10', '2024-05-11']) {
      expect(computeStreak(facts({ qualified, today, timeZone: 'Pacific/Honolulu' })).current).toBe(3);
    }
    expect(
      computeStreak(facts({ qualified, today: '2024-05-12', timeZone: 'Pacific/Honolulu' })).current,
    ).toBe(0);
  });

  it('earns a freeze back with seven days in a row', () => {
    const frozen = new Set(['2024-04-30']);
    const before = new Set(['2024-04-29']);
    const run = (to: string) => new Set([...before, ...days('2024-05-01', to)]);
    expect(computeStreak(facts({ frozen, qualified: run('2024-05-05') })).freezesAvailable).toBe(1);
    expect(computeStreak(facts({ frozen, qualified: run('2024-05-06') })).freezesAvailable).toBe(2);
  });

  it('freezes only what a streak needs', () => {
    const known = facts({ qualified: days('2024-05-06', '2024-05-08'), frozen: new Set() });
    expect(refuseFreeze('2024-05-09', known)).toBeNull();
    expect(refuseFreeze('2024-05-08', known)).toBe('QUALIFIED');
    expect(refuseFreeze('2024-05-11', known)).toBe('FUTURE');
    expect(refuseFreeze('2024-05-05', known)).toBe('TOO_OLD');
    expect(refuseFreeze('2024-05-10', facts())).toBe('NO_STREAK');
    const spent = facts({
      qualified: new Set(['2024-05-06', '2024-05-09']),
      frozen: days('2024-05-07', '2024-05-08'),
    });
    expect(refuseFreeze('2024-05-10', spent)).toBe('NONE_LEFT');
    expect(refuseFreeze('2024-05-08', spent)).toBeNull();
    expect(refuseFreeze('2011-12-30', facts({ timeZone: 'Pacific/Apia', today: '2011-12-31' }))).toBe(
      'NO_SUCH_DAY',
    );
  });

  it('names the state of each day', () => {
    const known = facts({ qualified: new Set(['2024-05-08']), frozen: new Set(['2024-05-09']) });
    expect(listDays('2024-05-07', '2024-05-11').map((day) => stateOfDay(day, known))).toEqual([
      'MISSED',
      'QUALIFIED',
      'FROZEN',
      'TODAY_OPEN',
      'FUTURE',
    ]);
  });

  it('qualifies with one review or a minute of focus', () => {
    expect(qualifies({ reviews: 1, focusSeconds: 0 })).toBe(true);
    expect(qualifies({ reviews: 0, focusSeconds: 60 })).toBe(true);
    expect(qualifies({ reviews: 0, focusSeconds: 59 })).toBe(false);
  });

  it('never shrinks when one more day qualifies, and the longest is never below the current', () => {
    const offsets = fc.array(fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(offsets, fc.integer({ min: 0, max: 30 }), (known, extra) => {
        const dayOf = (offset: number) => addDays('2024-05-10', -offset);
        const before = computeStreak(facts({ qualified: new Set(known.map(dayOf)) }));
        const after = computeStreak(facts({ qualified: new Set([...known, extra].map(dayOf)) }));
        expect(after.current).toBeGreaterThanOrEqual(before.current);
        expect(after.longest).toBeGreaterThanOrEqual(Math.max(before.longest, after.current));
      }),
    );
  });
});
