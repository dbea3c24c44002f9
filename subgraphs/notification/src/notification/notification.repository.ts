import type { Notification, NotificationDatabase, Prisma } from '@studymate/database/notification';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import type { Category } from './category.ts';

/** Batches the reads of one tick and forgets them: a worker's repositories live as long as the worker. */
const batchOnly = { cache: false };

/** Which part of a learner's feed. */
export interface FeedFilter {
  readonly userId: string;
  readonly category?: Category | null | undefined;
  readonly unreadOnly?: boolean | null | undefined;
}

const whereOf = ({ userId, category, unreadOnly }: FeedFilter): Prisma.NotificationWhereInput => ({
  userId,
  inApp: true,
  ...(category ? { category } : {}),
  ...(unreadOnly ? { readAt: null } : {}),
});

const behind = ({ cursor }: Page): Prisma.NotificationWhereInput => {
  const [createdAt, id] = cursor ?? [];
  if (createdAt === undefined || id === undefined) return {};
  const at = new Date(createdAt);
  if (Number.isNaN(at.getTime())) return {};
  return { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] };
};

/** The place of a notification in the feed. */
export const feedCursorOf = ({ createdAt, id }: Notification): string[] => [createdAt.toISOString(), id];

export function createNotificationRepository(database: NotificationDatabase) {
  const byId = new DataLoader<string, Notification | null>(async (ids) => {
    const rows = await database.notification.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  }, batchOnly);
  const unreadByUser = new DataLoader<string, number>(async (userIds) => {
    const counts = await database.notification.groupBy({
      by: ['userId'],
      where: { userId: { in: [...userIds] }, inApp: true, readAt: null },
      _count: true,
    });
    const found = new Map(counts.map(({ userId, _count }) => [userId, _count]));
    return userIds.map((userId) => found.get(userId) ?? 0);
  }, batchOnly);

  return {
    find: (id: string) => byId.load(id),
    findByKey: (userId: string, dedupeKey: string): Promise<Notification | null> =>
      database.notification.findUnique({ where: { userId_dedupeKey: { userId, dedupeKey } } }),
    /** False when the learner has a notification of this key already, also when it was written just now. */
    async create(row: Omit<Notification, 'readAt' | 'variables'> & { variables: Prisma.InputJsonObject }) {
      const { count } = await database.notification.createMany({ data: row, skipDuplicates: true });
      return count === 1;
    },
    page: (filter: FeedFilter, page: Page): Promise<Notification[]> =>
      database.notification.findMany({
        where: { AND: [whereOf(filter), behind(page)] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: page.take,
      }),
    count: (filter: FeedFilter): Promise<number> => database.notification.count({ where: whereOf(filter) }),
    /** Of the learner's whole feed. */
    countUnread: (userId: string): Promise<number> => unreadByUser.load(userId),
    /** Marks the learner's unread ones, by id or all up to an instant, and answers them. */
    markRead: (
      userId: string,
      which: { ids: string[] } | { upTo: Date },
      readAt: Date,
    ): Promise<Notification[]> =>
      database.notification.updateManyAndReturn({
        where: {
          userId,
          inApp: true,
          readAt: null,
          ...('ids' in which ? { id: { in: which.ids } } : { createdAt: { lte: which.upTo } }),
        },
        data: { readAt },
      }),
  };
}

export type NotificationRepository = ReturnType<typeof createNotificationRepository>;
