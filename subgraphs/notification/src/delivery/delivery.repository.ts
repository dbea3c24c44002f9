import { newRowId } from '@studymate/contracts';
import type { Delivery, NotificationDatabase, Prisma } from '@studymate/database/notification';
import DataLoader from 'dataloader';
import type { Category, Channel } from '../notification/category.ts';
import type { DeliveryPlan } from './delivery-plan.ts';

/** Batches the reads of one tick and forgets them: a worker's repositories live as long as the worker. */
const batchOnly = { cache: false };

/** What a client sees of a delivery, real or foreseen. */
export type DeliveryView = Pick<
  Delivery,
  | 'channel'
  | 'state'
  | 'scheduledFor'
  | 'deferredBy'
  | 'attempts'
  | 'sentAt'
  | 'providerMessageId'
  | 'failure'
>;

export interface DeliveryOwner {
  readonly id: string;
  readonly userId: string;
  readonly category: Category;
}

const pending = { in: ['SCHEDULED', 'DEFERRED'] } satisfies { in: Delivery['state'][] };

/** Due, not yet sent, and held by nobody. */
const freeAt = (now: Date): Prisma.DeliveryWhereInput => ({
  state: pending,
  scheduledFor: { lte: now },
  OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }],
});

/** Deliveries and who holds them while they are being sent. */
export function createDeliveryRepository(database: NotificationDatabase) {
  const byNotification = new DataLoader<string, Delivery[]>(async (ids) => {
    const rows = await database.delivery.findMany({
      where: { notificationId: { in: [...ids] } },
      orderBy: { channel: 'asc' },
    });
    const grouped = Map.groupBy(rows, ({ notificationId }) => notificationId);
    return ids.map((id) => grouped.get(id) ?? []);
  }, batchOnly);

  return {
    ofNotification: (id: string) => byNotification.load(id),
    find: (id: string): Promise<Delivery | null> => database.delivery.findUnique({ where: { id } }),
    create: ({ id, userId, category }: DeliveryOwner, plan: DeliveryPlan): Promise<Delivery> =>
      database.delivery.create({
        data: {
          id: newRowId(),
          notificationId: id,
          userId,
          category,
          ...plan,
          sentAt: plan.state === 'DELIVERED' ? plan.scheduledFor : null,
        },
      }),
    /** How many messages of the category a learner gets on the channel within the span. */
    countWithin: (
      { userId, category, channel }: { userId: string; category: Category; channel: Channel },
      { from, to }: { readonly from: Date; readonly to: Date },
    ): Promise<number> =>
      database.delivery.count({
        where: {
          userId,
          category,
          channel,
          scheduledFor: { gte: from, lt: to },
          state: { not: 'SUPPRESSED' },
        },
      }),
    /** Raw SQL: only literal states let PostgreSQL see that the small index of due deliveries will do. */
    async listDue(now: Date, take: number): Promise<string[]> {
      const rows = await database.$queryRaw<{ id: string }[]>`
        select "id" from "Delivery"
        where "state" in ('SCHEDULED', 'DEFERRED') and "scheduledFor" <= ${now}
          and ("leasedUntil" is null or "leasedUntil" < ${now})
        order by "scheduledFor" limit ${take}`;
      return rows.map(({ id }) => id);
    },
    /** Takes a due delivery for this worker alone until `leasedUntil`; null when it is not to be had. */
    async claim(
      id: string,
      { now, leasedUntil }: { now: Date; leasedUntil: Date },
    ): Promise<Delivery | null> {
      const [row] = await database.delivery.updateManyAndReturn({
        where: { id, ...freeAt(now) },
        data: { leasedUntil, attempts: { increment: 1 } },
      });
      return row ?? null;
    },
    /** Writes how a try ended and lets go; does nothing when the lease was lost to another worker meanwhile. */
    async settle(claimed: Delivery, outcome: Partial<DeliveryView>): Promise<void> {
      const { id, leasedUntil } = claimed;
      await database.delivery.updateMany({
        where: { id, leasedUntil },
        data: { ...outcome, leasedUntil: null },
      });
    },
  };
}

export type DeliveryRepository = ReturnType<typeof createDeliveryRepository>;
