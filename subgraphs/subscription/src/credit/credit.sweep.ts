import type { Context } from '../context.ts';
import { refreshGrants, withAccount } from './credit.ledger.ts';
import { settleReservation } from './credit.reservation.ts';

const batch = 200;

/** Takes back credits that have run out. Safe in several workers: each account is locked for its turn. */
export async function expireCredits(context: Context): Promise<void> {
  for (const userId of await context.credits.usersWithExpired(context.now(), batch)) {
    await context.transaction((inner) =>
      withAccount(inner, userId, async (account) => {
        await refreshGrants(inner, account);
      }),
    );
  }
}

/** Gives back what was set aside for generations that never finished, such as after a crash. */
export async function releaseStaleReservations(context: Context): Promise<void> {
  for (const generationId of await context.credits.staleReservations(context.now(), batch)) {
    await context.transaction((inner) =>
      settleReservation(inner, generationId, { captured: 0, memo: 'The generation never finished.' }),
    );
  }
}
