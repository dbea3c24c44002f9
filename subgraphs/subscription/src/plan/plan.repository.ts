import type { Plan, PlanFeature, Price, SubscriptionDatabase } from '@studymate/database/subscription';
import { batchOne } from '../batch.ts';

export type PlanRepository = ReturnType<typeof createPlanRepository>;

export type FullPlan = Plan & { features: PlanFeature[]; prices: Price[] };

/** Reads the offer. It is small and the same for everybody, so a request reads all of it at once. */
export function createPlanRepository(database: SubscriptionDatabase) {
  const whole = batchOne<{ id: string; plans: FullPlan[] }>(
    async () => {
      const plans = await database.plan.findMany({
        include: { features: { orderBy: { feature: 'asc' } }, prices: { orderBy: { amountMinor: 'asc' } } },
        orderBy: { rank: 'asc' },
      });
      return [{ id: 'offer', plans }];
    },
    ({ id }) => id,
  );
  const list = async (): Promise<FullPlan[]> => (await whole.load('offer'))?.plans ?? [];

  return {
    /** Cheapest first, those that are no longer sold included. */
    list,
    find: async (id: string): Promise<FullPlan | null> =>
      (await list()).find((plan) => plan.id === id) ?? null,
    findPrice: async (id: string): Promise<Price | null> =>
      (await list()).flatMap(({ prices }) => prices).find((price) => price.id === id) ?? null,
    /** The price that Stripe speaks of, by the key both sides share or by Stripe's own id. */
    findProviderPrice: (known: {
      lookupKey?: string | null;
      providerId?: string | null;
    }): Promise<Price | null> =>
      database.price.findFirst({
        where: {
          OR: [
            ...(known.lookupKey ? [{ lookupKey: known.lookupKey }] : []),
            ...(known.providerId ? [{ providerId: known.providerId }] : []),
          ],
        },
      }),
    async linkPrice(id: string, providerId: string): Promise<void> {
      await database.price.updateMany({
        where: { id, OR: [{ providerId: null }, { providerId: { not: providerId } }] },
        data: { providerId },
      });
    },
    forget: whole.forget,
  };
}
