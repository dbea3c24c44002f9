import type { PaymentMethod, SubscriptionDatabase } from '@studymate/database/subscription';
import { batchMany } from '../batch.ts';

export type PaymentMethodRepository = ReturnType<typeof createPaymentMethodRepository>;

/** Reads and writes what may be shown of people's cards. */
export function createPaymentMethodRepository(database: SubscriptionDatabase) {
  const byCustomer = batchMany<PaymentMethod>(
    (customerIds) =>
      database.paymentMethod.findMany({
        where: { providerCustomerId: { in: customerIds }, attached: true },
        orderBy: [{ watermark: 'asc' }, { id: 'asc' }],
      }),
    ({ providerCustomerId }) => providerCustomerId,
  );
  return {
    listOf: byCustomer.load,
    find: (id: string) => database.paymentMethod.findUnique({ where: { id } }),
    async save(row: PaymentMethod): Promise<void> {
      await database.paymentMethod.upsert({ where: { id: row.id }, create: row, update: row });
      byCustomer.forget();
    },
    forget: byCustomer.forget,
  };
}
