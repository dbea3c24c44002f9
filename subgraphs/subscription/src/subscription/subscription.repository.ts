import { newId } from '@studymate/contracts';
import type {
  Price,
  Prisma,
  SubscriptionDatabase,
  SubscriptionEvent,
  UserSubscription,
} from '@studymate/database/subscription';
import { batchMany, batchOne } from '../batch.ts';

export type SubscriptionRepository = ReturnType<typeof createSubscriptionRepository>;

export type FullSubscription = UserSubscription & { price: Price };

const running: UserSubscription['status'][] = ['TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED'];

const createQueries = (database: SubscriptionDatabase) => ({
  async recordEvent(event: SubscriptionEvent): Promise<void> {
    await database.subscriptionEvent.createMany({ data: [event], skipDuplicates: true });
  },
  /** Running subscriptions whose period is longer than a month, in pages by id. */
  longRunning: (after: string, limit: number): Promise<FullSubscription[]> =>
    database.userSubscription.findMany({
      where: {
        id: { gt: after },
        status: { in: ['ACTIVE', 'TRIALING'] },
        price: { OR: [{ interval: 'YEAR' }, { intervalCount: { gt: 1 } }] },
      },
      include: { price: true },
      orderBy: { id: 'asc' },
      take: limit,
    }),
  /** Running subscriptions that should have heard of their next period by now. */
  overdue: (before: Date, limit: number): Promise<FullSubscription[]> =>
    database.userSubscription.findMany({
      where: { status: { in: ['ACTIVE', 'TRIALING'] }, currentPeriodEnd: { lt: before } },
      include: { price: true },
      orderBy: { currentPeriodEnd: 'asc' },
      take: limit,
    }),
});

/** Reads and writes subscriptions and what was reported of them. */
export function createSubscriptionRepository(database: SubscriptionDatabase) {
  const byId = batchOne<FullSubscription>(
    (ids) => database.userSubscription.findMany({ where: { id: { in: ids } }, include: { price: true } }),
    ({ id }) => id,
  );
  const byUser = batchMany<FullSubscription>(
    (userIds) =>
      database.userSubscription.findMany({
        where: { userId: { in: userIds } },
        include: { price: true },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      }),
    ({ userId }) => userId,
  );
  const events = batchMany<SubscriptionEvent>(
    (providerIds) =>
      database.subscriptionEvent.findMany({
        where: { providerSubscriptionId: { in: providerIds } },
        orderBy: [{ at: 'asc' }, { tie: 'asc' }],
      }),
    ({ providerSubscriptionId }) => providerSubscriptionId,
  );
  const forget = () => {
    for (const batch of [byId, byUser, events]) batch.forget();
  };

  return {
    find: byId.load,
    /** The running subscription of a learner, else the latest, else null. */
    async findOf(userId: string): Promise<FullSubscription | null> {
      const all = await byUser.load(userId);
      return all.find(({ status }) => running.includes(status)) ?? all[0] ?? null;
    },
    listOf: byUser.load,
    listEvents: events.load,
    findByProvider: (providerId: string): Promise<FullSubscription | null> =>
      database.userSubscription.findUnique({ where: { providerId }, include: { price: true } }),
    async create(row: Omit<Prisma.UserSubscriptionUncheckedCreateInput, 'id'>): Promise<FullSubscription> {
      forget();
      const data = { ...row, id: newId('UserSubscription') };
      return database.userSubscription.create({ data, include: { price: true } });
    },
    async update(id: string, change: Prisma.UserSubscriptionUncheckedUpdateInput): Promise<FullSubscription> {
      forget();
      const data = { ...change, version: { increment: 1 } };
      return database.userSubscription.update({ where: { id }, data, include: { price: true } });
    },
    ...createQueries(database),
    forget,
  };
}
