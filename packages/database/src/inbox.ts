import type { PlatformDatabase } from './platform.ts';

/** Takes note of an event in the transaction of its effect; false when this domain has acted on it before. */
export async function acceptEvent(
  database: PlatformDatabase,
  event: { readonly id: string; readonly name: string },
): Promise<boolean> {
  const inserted = await database.$executeRaw`
    insert into "InboxEntry" ("eventId", "name") values (${event.id}, ${event.name}) on conflict do nothing`;
  return inserted === 1;
}

/** Whether this domain has acted on the event. */
export async function hasAccepted(database: PlatformDatabase, eventId: string): Promise<boolean> {
  const rows = await database.$queryRaw<unknown[]>`select 1 from "InboxEntry" where "eventId" = ${eventId}`;
  return rows.length > 0;
}
