import { type Prisma, PrismaClient } from './__generated__/personalization/client.ts';
import { createAdapter } from './connect.ts';

export type * from './__generated__/personalization/client.ts';

/** The open client of the personalization database. */
export type PersonalizationClient = PrismaClient;

/** What repositories take: the client or a transaction of it. */
export type PersonalizationDatabase = Prisma.TransactionClient;

export const connectPersonalization = (url: string): PersonalizationClient =>
  new PrismaClient({ adapter: createAdapter(url) });
