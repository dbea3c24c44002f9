import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { categories, channels } from '../notification/category.ts';
import { isEnabled, isEnabledByDefault, matrixOf } from '../preference/channel-default.ts';
import { planDelivery, type Reach } from './delivery-plan.ts';

const night = { start: '22:00', end: '07:00', exceptCategories: [] };
const reach: Reach = {
  enabled: true,
  quietHours: night,
  timeZone: 'Asia/Seoul',
  sentToday: 0,
  sentTomorrow: 0,
};
const midnight = new Date('2026-06-01T15:00:00Z');
const noon = new Date('2026-06-02T03:00:00Z');
const mail = { category: 'GOAL', channel: 'EMAIL' } as const;

describe('delivery plan', () => {
  it('sends at once outside quiet hours and waits inside them', () => {
    expect(planDelivery({ ...mail, at: noon }, reach)).toMatchObject({
      state: 'SCHEDULED',
      scheduledFor: noon,
    });
    expect(planDelivery({ ...mail, at: midnight }, reach)).toMatchObject({
      state: 'DEFERRED',
      deferredBy: 'QUIET_HOURS',
      scheduledFor: new Date('2026-06-01T22:00:00Z'),
    });
  });

  it('tests the opt-out before quiet hours', () => {
    const plan = planDelivery({ ...mail, at: midnight }, { ...reach, enabled: false });
    expect(plan).toMatchObject({ state: 'SUPPRESSED', failure: 'SWITCHED_OFF', deferredBy: null });
  });

  it('holds back neither security nor the feed', () => {
    const security = planDelivery({ category: 'SECURITY', channel: 'EMAIL', at: midnight }, reach);
    expect(security).toMatchObject({ state: 'SCHEDULED', scheduledFor: midnight });
    const feed = planDelivery({ category: 'GOAL', channel: 'IN_APP', at: midnight }, reach);
    expect(feed).toMatchObject({ state: 'DELIVERED', scheduledFor: midnight });
  });

  it('moves mails over the daily cap to the next day, after its quiet hours, and drops what exceeds that too', () => {
    const capped = planDelivery({ ...mail, at: noon }, { ...reach, sentToday: 3 });
    expect(capped).toMatchObject({
      state: 'DEFERRED',
      deferredBy: 'RATE_CAP',
      scheduledFor: new Date('2026-06-02T22:00:00Z'),
    });
    const dropped = planDelivery({ ...mail, at: noon }, { ...reach, sentToday: 3, sentTomorrow: 3 });
    expect(dropped).toMatchObject({ state: 'SUPPRESSED', failure: 'RATE_CAP' });
    const billing = planDelivery({ ...mail, category: 'BILLING', at: noon }, { ...reach, sentToday: 999 });
    expect(billing.state).toBe('SCHEDULED');
  });

  it('never sends before the message exists, and defers exactly when it sends later', () => {
    const counts = fc.integer({ min: 0, max: 20 });
    const at = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...categories),
        fc.constantFrom(...channels),
        at,
        fc.boolean(),
        fc.tuple(counts, counts),
        (category, channel, instant, enabled, [sentToday, sentTomorrow]) => {
          const plan = planDelivery(
            { category, channel, at: instant },
            { ...reach, enabled, sentToday, sentTomorrow },
          );
          const later = plan.scheduledFor > instant;
          expect(plan.scheduledFor.getTime()).toBeGreaterThanOrEqual(instant.getTime());
          expect(later).toBe(plan.state === 'DEFERRED');
          expect(later).toBe(plan.deferredBy !== null);
          expect(plan.state === 'SUPPRESSED').toBe(plan.failure !== null);
        },
      ),
    );
  });

  it('lets a learner choose every switch but those of security', () => {
    for (const { category, channel, enabled, locked } of matrixOf([])) {
      expect(enabled).toBe(isEnabledByDefault(category, channel));
      const flipped = isEnabled([{ category, channel, enabled: !enabled }], category, channel);
      expect(flipped).toBe(locked ? enabled : !enabled);
    }
  });
});
