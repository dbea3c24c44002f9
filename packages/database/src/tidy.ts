import type { PlatformDatabase } from './platform.ts';

/**
 * Deletes platform rows that are of no use any more: settled outbox entries after a week, idempotency keys after two
 * days, inbox entries after a month. Safe to run at any time, in several workers at once.
 */
export async function tidyPlatform(database: PlatformDatabase): Promise<void> {
  await database.$executeRaw`
    delete from "OutboxEntry" where "dueAt" is null and "createdAt" < now() - interval '7 days'`;
  await database.$executeRaw`delete from "IdempotencyRecord" where "createdAt" < now() - interval '2 days'`;
  await database.$executeRaw`delete from "InboxEntry" where "receivedAt" < now() - interval '30 days'`;
}
