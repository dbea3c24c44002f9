import type { Price, UserSubscription } from '@studymate/database/subscription';
import { keptPriceId } from '../subscription/subscription.state.ts';

/** `UNDO` takes back a downgrade that waits. The last four can not be made. */
export type ChangeKind =
  | 'UPGRADE'
  | 'DOWNGRADE'
  | 'UNDO'
  | 'SAME'
  | 'OTHER_CURRENCY'
  | 'OTHER_INTERVAL'
  | 'PENDING';

export interface ProposedChange {
  readonly row: UserSubscription & { readonly price: Price };
  readonly fromRank: number;
  readonly to: Price;
  readonly toRank: number;
  readonly now: Date;
}

const monthsOf = ({ interval, intervalCount }: Price) => (interval === 'YEAR' ? 12 : 1) * intervalCount;

/**
 * What a move to another price is: a better plan, or the same for longer, is an upgrade and starts at once;
 * everything else is a downgrade and waits for the end of the period.
 */
export function changeKind({ row, fromRank, to, toRank, now }: ProposedChange): ChangeKind {
  const kept = keptPriceId(row, now);
  if (kept === to.id) return 'UNDO';
  if (kept !== null) return 'PENDING';
  if (row.priceId === to.id) return 'SAME';
  if (row.price.currency !== to.currency) return 'OTHER_CURRENCY';
  const isLonger = monthsOf(to) > monthsOf(row.price);
  if (toRank > fromRank || (toRank === fromRank && isLonger)) return 'UPGRADE';
  return monthsOf(to) === monthsOf(row.price) ? 'DOWNGRADE' : 'OTHER_INTERVAL';
}
