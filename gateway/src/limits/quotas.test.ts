import { describe, expect, it } from '@jest/globals';
import { createQuotas } from './quotas.ts';

function someQuotas(start: string) {
  let at = new Date(start);
  const quotas = createQuotas(null, () => at);
  return {
    goTo: (instant: string) => {
      at = new Date(instant);
    },
    take: async (quota: { day?: number; month?: number }) => quotas.take('key', quota),
  };
}

describe('quotas', () => {
  it('go by calendar days and months', async () => {
    const { take, goTo } = someQuotas('2028-02-28T23:59:30Z');
    expect(await take({ day: 2, month: 3 })).toMatchObject([
      { period: 'day', isAllowed: true, remaining: 1, resetSeconds: 30, seconds: 86_400 },
      { period: 'month', isAllowed: true, remaining: 2, resetSeconds: 86_430, seconds: 29 * 86_400 },
    ]);
    await take({ day: 2, month: 3 });
    expect(await take({ day: 2, month: 3 })).toMatchObject([{ period: 'day', isAllowed: false }]);
    goTo('2028-02-29T00:00:00Z');
    expect(await take({ day: 2, month: 3 })).toMatchObject([{ remaining: 1 }, { remaining: 0 }]);
    expect(await take({ day: 2, month: 3 })).toMatchObject([
      { isAllowed: true },
      { period: 'month', isAllowed: false, remaining: 0 },
    ]);
    goTo('2028-03-01T00:00:00Z');
    expect(await take({ day: 2, month: 3 })).toMatchObject([{ remaining: 1 }, { remaining: 2 }]);
  });

  it('count no request that was refused, so that a larger plan counts at once', async () => {
    const { take } = someQuotas('2028-02-28T12:00:00Z');
    for (let count = 0; count < 5; count++) await take({ day: 2 });
    expect(await take({ day: 4 })).toMatchObject([{ isAllowed: true, remaining: 1 }]);
  });

  it('of nothing hold nobody', async () => {
    expect(await someQuotas('2028-02-28T12:00:00Z').take({})).toEqual([]);
  });
});
