import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Interval, monthly, periodAt, periodStart } from './period.ts';

const yearly: Interval = { interval: 'YEAR', intervalCount: 1 };
const quarterly: Interval = { interval: 'MONTH', intervalCount: 3 };
const at = (text: string) => new Date(`${text}Z`);

describe('period anchors', () => {
  const table: [string, Interval, string[]][] = [
    ['2028-01-31T10:00:00', monthly, ['2028-02-29', '2028-03-31', '2028-04-30', '2028-05-31', '2028-06-30']],
    ['2027-01-31T10:00:00', monthly, ['2027-02-28', '2027-03-31', '2027-04-30']],
    ['2027-01-30T10:00:00', monthly, ['2027-02-28', '2027-03-30']],
    ['2027-12-31T10:00:00', monthly, ['2028-01-31', '2028-02-29']],
    ['2027-11-30T10:00:00', quarterly, ['2028-02-29', '2028-05-30', '2028-08-30']],
    ['2028-02-29T10:00:00', yearly, ['2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']],
    ['2027-05-15T10:00:00', monthly, ['2027-06-15', '2027-07-15']],
  ];

  it.each(table)('clamp to the last day of the month: %s', (anchor, interval, expected) => {
    const starts = expected.map((_day, index) => periodStart(at(anchor), interval, index + 1).toISOString());
    expect(starts).toEqual(expected.map((day) => `${day}T10:00:00.000Z`));
  });

  it('count a quarter from 1 January as 90 days and from 1 April as 91', () => {
    const days = (anchor: string) => {
      const { start, end } = periodAt(at(anchor), quarterly, at(anchor));
      return (end.getTime() - start.getTime()) / 86_400_000;
    };
    expect(days('2027-01-01T00:00:00')).toBe(90);
    expect(days('2027-04-01T00:00:00')).toBe(91);
  });

  it('switch at the very second', () => {
    const anchor = at('2028-01-31T10:00:00');
    expect(periodAt(anchor, monthly, at('2028-02-29T09:59:59')).index).toBe(0);
    expect(periodAt(anchor, monthly, at('2028-02-29T10:00:00')).index).toBe(1);
    expect(periodAt(anchor, monthly, at('2028-01-31T09:59:59')).index).toBe(-1);
  });

  it('put every instant into exactly one period', () => {
    const instants = fc.date({
      min: at('2020-01-01T00:00:00'),
      max: at('2045-01-01T00:00:00'),
      noInvalidDate: true,
    });
    const intervals = fc.constantFrom(monthly, quarterly, yearly);
    fc.assert(
      fc.property(instants, instants, intervals, (anchor, instant, interval) => {
        const { index, start, end } = periodAt(anchor, interval, instant);
        expect(start <= instant && instant < end).toBe(true);
        expect(periodAt(anchor, interval, end).index).toBe(index + 1);
      }),
    );
  });
});
