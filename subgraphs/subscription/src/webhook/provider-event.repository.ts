import type { Prisma, SubscriptionDatabase } from '@studymate/database/subscription';
import type Stripe from 'stripe';

export type ProviderEventRepository = ReturnType<typeof createProviderEventRepository>;

/** The ledger of accepted webhooks. */
export function createProviderEventRepository(database: SubscriptionDatabase) {
  return {
    /** False when the event was accepted before. A parallel delivery of it waits here for the first to commit. */
    async accept(event: Stripe.Event, payload: Prisma.InputJsonValue): Promise<boolean> {
      const { count } = await database.providerEvent.createMany({
        data: [{ id: event.id, type: event.type, createdAt: new Date(event.created * 1000), payload }],
        skipDuplicates: true,
      });
      return count === 1;
    },
    /** Keeps that the event came, not what it says of somebody who is not ours. */
    async forgetPayload(id: string): Promise<void> {
      await database.providerEvent.update({ where: { id }, data: { payload: {} } });
    },
    /** The subscription that an accepted event speaks of. */
    async findSubscriptionId(id: string): Promise<string | null> {
      const [row] = await database.$queryRaw<{ subscriptionId: string | null }[]>`
        select "payload" #>> '{data,object,id}' as "subscriptionId" from "ProviderEvent" where "id" = ${id}`;
      return row?.subscriptionId ?? null;
    },
    /** One transaction at a time for everything about one object of Stripe's. */
    lockObject: (providerId: string) =>
      database.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${providerId}, 7))`,
    forget() {},
  };
}
