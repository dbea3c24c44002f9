import { describe, expect, it } from '@jest/globals';
import { listDays } from '@studymate/runtime';
import fc from 'fast-check';
import { cardCredit, completionRate, progressTrend, skillCredit } from './completion.ts';

describe('completion', () => {
  it('gives a card full credit at three weeks of stability, and never less for more', () => {
    expect([null, 0, 10.5, 21, 400].map(cardCredit)).toEqual([0, 0, 0.5, 1, 1]);
    const stability = fc.double({ min: 0, max: 1000, noNaN: true });
    fc.assert(fc.property(stability, stability, (one, more) => cardCredit(one + more) >= cardCredit(one)));
  });

  it('gives skills their mastery points', () => {
    expect(
      (['NOT_STARTED', 'ATTEMPTED', 'FAMILIAR', 'PROFICIENT', 'MASTERED'] as const).map(skillCredit),
    ).toEqual([0, 0, 0.5, 0.8, 1]);
  });

  it('is nothing for an empty subject and never leaves [0, 1]', () => {
    expect(completionRate({ credit: 0, units: 0 })).toBe(0);
    expect(completionRate({ credit: 1, units: 4 })).toBe(0.25);
    expect(completionRate({ credit: -1e-17, units: 4 })).toBe(0);
    expect(completionRate({ credit: 4.0000001, units: 4 })).toBe(1);
  });

  it('follows a subject over days, from what came before the window on', () => {
    const trend = progressTrend(
      [
        { day: '2024-05-03', focusSeconds: 60, credit: 1, units: 0 },
        { day: '2024-04-01', focusSeconds: 900, credit: 0, units: 4 },
        { day: '2024-05-02', focusSeconds: 300, credit: 1, units: 4 },
      ],
      listDays('2024-05-01', '2024-05-04'),
    );
    expect(trend).toEqual([
      { date: '2024-05-01', completionRate: 0, studiedSeconds: 0 },
      { date: '2024-05-02', completionRate: 0.125, studiedSeconds: 300 },
      { date: '2024-05-03', completionRate: 0.25, studiedSeconds: 60 },
      { date: '2024-05-04', completionRate: 0.25, studiedSeconds: 0 },
    ]);
  });
});
