import type { BillingAccount, SubscriptionDatabase } from '@studymate/database/subscription';
import { batchOne } from '../batch.ts';

export type BillingAccountRepository = ReturnType<typeof createBillingAccountRepository>;

/** Reads and writes what billing knows of people. */
export function createBillingAccountRepository(database: SubscriptionDatabase) {
  const byUser = batchOne<BillingAccount>(
    (userIds) => database.billingAccount.findMany({ where: { userId: { in: userIds } } }),
    ({ userId }) => userId,
  );
  return {
    find: byUser.load,
    findByCustomer: (providerCustomerId: string) =>
      database.billingAccount.findUnique({ where: { providerCustomerId } }),
    /** Takes over auth's profile; the day the account began stays. */
    async save(profile: Pick<BillingAccount, 'userId' | 'email' | 'displayName' | 'locale' | 'createdAt'>) {
      const { createdAt: _createdAt, userId, ...change } = profile;
      await database.billingAccount.upsert({ where: { userId }, create: profile, update: change });
      byUser.forget();
    },
    async linkCustomer(userId: string, providerCustomerId: string | null): Promise<void> {
      await database.billingAccount.update({ where: { userId }, data: { providerCustomerId } });
      byUser.forget();
    },
    /** Applies a customer event unless a newer one was applied before. */
    async applyCustomer(
      providerCustomerId: string,
      change: { defaultPaymentMethodId: string | null; watermark: number },
    ): Promise<void> {
      await database.billingAccount.updateMany({
        where: { providerCustomerId, customerWatermark: { lte: change.watermark } },
        data: {
          defaultPaymentMethodId: change.defaultPaymentMethodId,
          customerWatermark: change.watermark,
        },
      });
      byUser.forget();
    },
    forget: byUser.forget,
  };
}
