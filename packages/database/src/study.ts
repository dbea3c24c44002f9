import { type Prisma, PrismaClient } from './__generated__/study/client.ts';
import { createAdapter } from './connect.ts';

export type * from './__generated__/study/client.ts';

/** The open client of the study database. */
export type StudyClient = PrismaClient;

/** What repositories take: the client or a transaction of it. */
export type StudyDatabase = Prisma.TransactionClient;

export const connectStudy = (url: string): StudyClient => new PrismaClient({ adapter: createAdapter(url) });
