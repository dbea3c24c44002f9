import { Prisma, PrismaClient } from './__generated__/quiz/client.ts';
import { createAdapter } from './connect.ts';

export type * from './__generated__/quiz/client.ts';

/** The open client of the quiz database. */
export type QuizClient = PrismaClient;

/** What repositories take: the client or a transaction of it. */
export type QuizDatabase = Prisma.TransactionClient;

export const connectQuiz = (url: string): QuizClient => new PrismaClient({ adapter: createAdapter(url) });

/** Stores SQL NULL in an optional JSON column, which a plain `null` would not say. */
export const noJson = Prisma.DbNull;
