import { type Prisma, PrismaClient } from './__generated__/auth/client.ts';
import { createAdapter } from './connect.ts';

export type * from './__generated__/auth/client.ts';

/** The open client of the auth database. */
export type AuthClient = PrismaClient;

/** What repositories take: the client or a transaction of it. */
export type AuthDatabase = Prisma.TransactionClient;

export const connectAuth = (url: string): AuthClient => new PrismaClient({ adapter: createAdapter(url) });
