import { describe, expect, it } from '@jest/globals';
import { nextReportAt, reportedWeek } from './report-week.ts';

describe('weekly report', () => {
  it.each([
    ['on a Wednesday', '2026-06-03T00:00:00Z', 'Asia/Seoul', '2026-06-07T23:00:00.000Z'],
    ['on Monday before eight', '2026-06-07T22:59:59Z', 'Asia/Seoul', '2026-06-07T23:00:00.000Z'],
    ['on Monday at eight', '2026-06-07T23:00:00Z', 'Asia/Seoul', '2026-06-14T23:00:00.000Z'],
    ['over a change of clocks', '2026-03-07T12:00:00Z', 'America/New_York', '2026-03-09T12:00:00.000Z'],
    ['on Sunday night', '2026-03-08T23:00:00Z', 'America/New_York', '2026-03-09T12:00:00.000Z'],
  ])('is due on the next Monday at 08:00 of the learner: %s', (_name, now, zone, expected) => {
    expect(nextReportAt(new Date(now), zone).toISOString()).toBe(expected);
  });

  it('speaks of the week before', () => {
    const week = { from: '2026-06-01', to: '2026-06-07' };
    expect(reportedWeek(new Date('2026-06-07T23:00:00Z'), 'Asia/Seoul')).toEqual(week);
    expect(reportedWeek(new Date('2026-06-10T00:00:00Z'), 'Asia/Seoul')).toEqual(week);
  });
});
