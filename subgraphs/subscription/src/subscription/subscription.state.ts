import type { UserSubscription } from '@studymate/database/subscription';

const graceMs = 7 * 86_400_000;

/** The instant until which a late payment does no harm: 7 days into the period that is not paid. */
export const graceEnd = ({ status, currentPeriodStart }: UserSubscription): Date | null =>
  status === 'PAST_DUE' ? new Date(currentPeriodStart.getTime() + graceMs) : null;

/** The former price that a downgrade leaves in force until the period ends. */
export const keptPriceId = ({ keepPriceId, keepUntil }: UserSubscription, now: Date): string | null =>
  keepUntil !== null && keepUntil > now ? keepPriceId : null;

const changeable: readonly string[] = ['TRIALING', 'ACTIVE'];
const cancelable: readonly string[] = ['TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED', 'INCOMPLETE'];

export const changeableStates = changeable;
export const cancelableStates = cancelable;

/** Whether another subscription may be started beside this one. */
export const hasEnded = ({ status }: Pick<UserSubscription, 'status'>): boolean =>
  status === 'CANCELED' || status === 'INCOMPLETE_EXPIRED' || status === 'INCOMPLETE';
