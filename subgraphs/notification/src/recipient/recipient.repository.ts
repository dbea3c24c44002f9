import type { NotificationDatabase, Prisma, Recipient } from '@studymate/database/notification';
import DataLoader from 'dataloader';

/** Batches the reads of one tick and forgets them: a worker's repositories live as long as the worker. */
const batchOnly = { cache: false };

/** Some of all users: null for all, else those who read a language. */
export interface Segment {
  readonly language: string | null;
}

const whereOf = ({ language }: Segment): Prisma.RecipientWhereInput =>
  language === null ? {} : { OR: [{ locale: language }, { locale: { startsWith: `${language}-` } }] };

/** What this domain knows of users, kept up to date by the auth domain's events. */
export function createRecipientRepository(database: NotificationDatabase) {
  const byUser = new DataLoader<string, Recipient | null>(async (userIds) => {
    const rows = await database.recipient.findMany({ where: { userId: { in: [...userIds] } } });
    const found = new Map(rows.map((row) => [row.userId, row]));
    return userIds.map((userId) => found.get(userId) ?? null);
  }, batchOnly);
  return {
    find: (userId: string) => byUser.load(userId),
    save: (recipient: Omit<Recipient, 'updatedAt'>): Promise<Recipient> =>
      database.recipient.upsert({
        where: { userId: recipient.userId },
        create: recipient,
        update: recipient,
      }),
    countIn: (segment: Segment): Promise<number> => database.recipient.count({ where: whereOf(segment) }),
    /** The user ids of a segment behind `after`, in their order. */
    async listIn(segment: Segment, after: string | null, take: number): Promise<string[]> {
      const rows = await database.recipient.findMany({
        where: { AND: [whereOf(segment), after === null ? {} : { userId: { gt: after } }] },
        orderBy: { userId: 'asc' },
        select: { userId: true },
        take,
      });
      return rows.map(({ userId }) => userId);
    },
    /** Learners whose weekly report is due, the longest overdue first. */
    listReportDue: (now: Date, take: number): Promise<Recipient[]> =>
      database.recipient.findMany({
        where: { nextReportAt: { lte: now } },
        orderBy: { nextReportAt: 'asc' },
        take,
      }),
    /** Moves a due report on; false when another worker has done so. */
    async advanceReport(recipient: Recipient, nextReportAt: Date): Promise<boolean> {
      const { userId, nextReportAt: seen } = recipient;
      const { count } = await database.recipient.updateMany({
        where: { userId, nextReportAt: seen },
        data: { nextReportAt },
      });
      return count === 1;
    },
  };
}

export type RecipientRepository = ReturnType<typeof createRecipientRepository>;
