import { type EventName, type EventPayload, newRowId } from '@studymate/contracts';
import type { PlatformDatabase } from '@studymate/database';
import { receiveEvent, type SubgraphContext } from '@studymate/subgraph-kit';

/** Delivers an event to a domain's handler as its worker would, inbox included. Pass `id` to deliver it again. */
export const deliver = <E extends EventName, C extends SubgraphContext<C>>(
  context: C,
  handler: (context: C, payload: EventPayload<E>) => Promise<void>,
  event: { readonly name: E; readonly payload: EventPayload<E>; readonly id?: string },
): Promise<void> =>
  receiveEvent(context, {
    id: event.id ?? newRowId(),
    name: event.name,
    payload: event.payload,
    handler: (inner, payload) => handler(inner, payload as EventPayload<E>),
  });

/** What a domain has said through its outbox, oldest first: events, or jobs with `kind: 'JOB'`. */
export async function outboxOf(
  database: PlatformDatabase,
  kind: 'EVENT' | 'JOB' = 'EVENT',
): Promise<{ name: string; payload: Record<string, unknown> }[]> {
  return database.$queryRaw<{ name: string; payload: Record<string, unknown> }[]>`
    select "name", "payload" from "OutboxEntry" where "kind" = ${kind} order by "sequence"`;
}
