import { type Prisma, PrismaClient } from './__generated__/notification/client.ts';
import { createAdapter } from './connect.ts';

export type * from './__generated__/notification/client.ts';

/** The open client of the notification database. */
export type NotificationClient = PrismaClient;

/** What repositories take: the client or a transaction of it. */
export type NotificationDatabase = Prisma.TransactionClient;

export const connectNotification = (url: string): NotificationClient =>
  new PrismaClient({ adapter: createAdapter(url) });
