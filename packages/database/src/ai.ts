import { type Prisma, PrismaClient } from './__generated__/ai/client.ts';
import { createAdapter } from './connect.ts';

export type * from './__generated__/ai/client.ts';

/** The open client of the ai database. */
export type AiClient = PrismaClient;

/** What repositories take: the client or a transaction of it. */
export type AiDatabase = Prisma.TransactionClient;

export const connectAi = (url: string): AiClient => new PrismaClient({ adapter: createAdapter(url) });
