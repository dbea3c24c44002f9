import type { Context } from '../context.ts';
import { allocate, type SettledShare, splitHolds } from './allocation.ts';
import { append, expire, isOver, type OpenAccount, refreshGrants, withAccount } from './credit.ledger.ts';
import type { HeldReservation } from './credit.repository.ts';

/** Longer than any generation may take; after it the sweep gives the credits back. */
const reservationMs = 60 * 60_000;

export type ReserveResult =
  | { readonly reserved: true; readonly credits: number }
  | { readonly reserved: false; readonly available: number };

/**
 * Sets credits aside for a generation, out of the grants that expire soonest; all or nothing.
 * A second call for the same generation answers the first reservation. Runs in the caller's transaction.
 */
export function reserveCredits(
  context: Context,
  { userId, generationId, amount }: { userId: string; generationId: string; amount: number },
): Promise<ReserveResult> {
  return withAccount(context, userId, async (account) => {
    const existing = await context.credits.findReservation(generationId);
    if (existing) return { reserved: true, credits: existing.amount };
    if (amount <= 0) return { reserved: true, credits: 0 };

    const shares = allocate(await refreshGrants(context, account), amount);
    if (!shares) return { reserved: false, available: account.totals.balance - account.totals.reserved };
    const now = context.now();
    await context.credits.createReservation(
      { generationId, userId, amount, createdAt: now, expiresAt: new Date(now.getTime() + reservationMs) },
      shares.map(({ grantId, amount: held }) => ({ grantId, amount: held })),
    );
    for (const { grantId, amount: held } of shares) {
      await context.credits.changeGrant(grantId, { remaining: -held, held });
      await append(context, account, { kind: 'RESERVE', quantity: held, grantId, reference: generationId });
    }
    return { reserved: true, credits: amount };
  });
}

/**
 * Ends a reservation: spends `captured` credits of it (never more than were set aside) and gives the rest back.
 * A reservation that is unknown or already settled stays as it is: who was late is not charged twice.
 */
export async function settleReservation(
  context: Context,
  generationId: string,
  { captured, memo }: { captured: number; memo: string },
): Promise<void> {
  const known = await context.credits.findReservation(generationId);
  if (!known) return;
  await withAccount(context, known.userId, async (account) => {
    const reservation = await context.credits.findReservation(generationId);
    if (reservation?.state !== 'HELD') return;
    const spent = Math.max(0, Math.min(captured, reservation.amount));
    await context.credits.settleReservation(generationId, spent);
    for (const share of await splitByGrant(context, reservation, spent)) {
      await settleShare(context, account, { ...share, reference: generationId, memo });
    }
  });
}

/** The holds with the soonest expiry are spent first, so that what goes back lasts longest. */
async function splitByGrant(context: Context, reservation: HeldReservation, captured: number) {
  const grants = await context.credits.getGrants(reservation.holds.map(({ grantId }) => grantId));
  const expiries = new Map(grants.map(({ id, expiresAt }) => [id, expiresAt]));
  const expiryOf = (grantId: string) => expiries.get(grantId) ?? new Date(0);
  const soonestFirst = reservation.holds.toSorted(
    (a, b) =>
      expiryOf(a.grantId).getTime() - expiryOf(b.grantId).getTime() || (a.grantId < b.grantId ? -1 : 1),
  );
  return splitHolds(soonestFirst, captured).map((share) => ({
    ...share,
    expiresAt: expiryOf(share.grantId),
  }));
}

interface ShareToSettle extends SettledShare {
  readonly expiresAt: Date;
  readonly reference: string;
  readonly memo: string;
}

async function settleShare(context: Context, account: OpenAccount, share: ShareToSettle): Promise<void> {
  const { grantId, reference, memo, captured, released } = share;
  await context.credits.changeGrant(grantId, { remaining: released, held: -share.amount });
  if (captured > 0) {
    await append(context, account, { kind: 'CAPTURE', quantity: captured, grantId, reference, memo });
  }
  if (released === 0) return;
  await append(context, account, { kind: 'RELEASE', quantity: released, grantId, reference, memo });
  if (isOver(context.now())(share)) await expire(context, account, { id: grantId, remaining: released });
}
