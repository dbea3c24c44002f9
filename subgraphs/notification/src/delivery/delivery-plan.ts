import type { Category, Channel } from '../notification/category.ts';
import { endOfQuiet, ignoresQuietHours, type QuietHours } from '../preference/quiet-hours.ts';
import { calendarDay, dailyCapOf } from './rate-cap.ts';

/** What a learner allows for one category on one channel, and how much of the cap is used. */
export interface Reach {
  readonly enabled: boolean;
  readonly quietHours: QuietHours | null;
  readonly timeZone: string;
  /** Mails of the category on the calendar day of the message, and on the day after. */
  readonly sentToday: number;
  readonly sentTomorrow: number;
}

export type SuppressReason = 'SWITCHED_OFF' | 'RATE_CAP';

/** How one message will travel on one channel. */
export interface DeliveryPlan {
  readonly channel: Channel;
  readonly state: 'DELIVERED' | 'SCHEDULED' | 'DEFERRED' | 'SUPPRESSED';
  readonly scheduledFor: Date;
  readonly deferredBy: 'QUIET_HOURS' | 'RATE_CAP' | null;
  readonly failure: SuppressReason | null;
}

export interface Message {
  readonly category: Category;
  readonly channel: Channel;
  readonly at: Date;
}

/**
 * Decides, in this order: what is switched off is not sent, whatever the hour; the feed is written at once; a
 * mail over the daily cap waits for the learner's next day, or is dropped when that is full too; a mail inside
 * quiet hours waits for their end, unless its category is exempt.
 */
export function planDelivery({ category, channel, at }: Message, reach: Reach): DeliveryPlan {
  const plan = { channel, scheduledFor: at, deferredBy: null, failure: null };
  if (!reach.enabled) return { ...plan, state: 'SUPPRESSED', failure: 'SWITCHED_OFF' };
  if (channel === 'IN_APP') return { ...plan, state: 'DELIVERED' };

  const cap = dailyCapOf(category, channel);
  if (reach.sentToday >= cap && reach.sentTomorrow >= cap)
    return { ...plan, state: 'SUPPRESSED', failure: 'RATE_CAP' };
  const capped = reach.sentToday >= cap;
  const ready = capped ? calendarDay(at, reach.timeZone).to : at;

  const { quietHours } = reach;
  const waits = quietHours !== null && !ignoresQuietHours(quietHours, category);
  const scheduledFor = waits ? endOfQuiet(quietHours, ready, reach.timeZone) : ready;
  if (scheduledFor.getTime() === at.getTime()) return { ...plan, state: 'SCHEDULED' };
  return { ...plan, state: 'DEFERRED', scheduledFor, deferredBy: capped ? 'RATE_CAP' : 'QUIET_HOURS' };
}
