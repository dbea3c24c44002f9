import { newRowId } from '@studymate/contracts';
import type { Checkout, SubscriptionDatabase } from '@studymate/database/subscription';

export type CheckoutRepository = ReturnType<typeof createCheckoutRepository>;

/** Reads and writes the payment pages that were asked for. */
export function createCheckoutRepository(database: SubscriptionDatabase) {
  return {
    create: (row: { userId: string; priceId?: string; pack?: string }): Promise<Checkout> =>
      database.checkout.create({ data: { ...row, id: newRowId() } }),
    get: (id: string): Promise<Checkout> => database.checkout.findUniqueOrThrow({ where: { id } }),
    setPage: (id: string, page: { url: string; expiresAt: Date }): Promise<Checkout> =>
      database.checkout.update({ where: { id }, data: page }),
    forget() {},
  };
}
