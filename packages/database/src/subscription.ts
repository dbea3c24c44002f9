import { type Prisma, PrismaClient } from './__generated__/subscription/client.ts';
import { createAdapter } from './connect.ts';

export type * from './__generated__/subscription/client.ts';

/** The open client of the subscription database. */
export type SubscriptionClient = PrismaClient;

/** What repositories take: the client or a transaction of it. */
export type SubscriptionDatabase = Prisma.TransactionClient;

export const connectSubscription = (url: string): SubscriptionClient =>
  new PrismaClient({ adapter: createAdapter(url) });
