import {
  type EventName,
  type EventPayload,
  type JobName,
  type JobPayload,
  newRowId,
  orderKeyOf,
  recipientsOf,
} from '@studymate/contracts';
import { currentOrigin, type Origin } from '@studymate/runtime';
import type { PlatformDatabase, TransactionalClient } from './platform.ts';

export interface OutboxEntry {
  readonly id: string;
  readonly kind: 'EVENT' | 'JOB';
  readonly name: string;
  readonly payload: unknown;
  readonly orderKey: string | null;
  readonly availableAt: Date;
  /** The trace (W3C) and the request that caused it, when there are any. */
  readonly traceparent: string | null;
  readonly requestId: string | null;
}

/** An entry on its way to its recipients. */
export interface DueEntry extends OutboxEntry {
  /** Those that have not acknowledged it, each with the entry it must have acted on before, or null. */
  readonly recipients: readonly { readonly name: string; readonly after: string | null }[];
}

export interface Acknowledgement {
  readonly id: string;
  readonly by: string;
}

type NewEntry = Omit<OutboxEntry, keyof Origin>;

const insertEntry = async (database: PlatformDatabase, entry: NewEntry): Promise<void> => {
  const { traceparent, requestId } = currentOrigin();
  await database.$executeRaw`
    insert into "OutboxEntry"
      ("id", "kind", "name", "payload", "orderKey", "availableAt", "traceparent", "requestId")
    values (${entry.id}, ${entry.kind}, ${entry.name}, ${JSON.stringify(entry.payload)}::jsonb,
      ${entry.orderKey}, ${entry.availableAt}, ${traceparent}, ${requestId})`;
};

/** Records an event for its subscribers, in whatever transaction `database` is. */
export const recordEvent = <E extends EventName>(
  database: PlatformDatabase,
  name: E,
  payload: EventPayload<E>,
) =>
  insertEntry(database, {
    id: newRowId(),
    kind: 'EVENT',
    name,
    payload,
    orderKey: orderKeyOf(payload),
    availableAt: new Date(),
  });

/** Records a job for the domain's own worker, to run at `availableAt` or later. Jobs have no order. */
export const recordJob = <J extends JobName>(
  database: PlatformDatabase,
  name: J,
  { payload, availableAt }: { readonly payload: JobPayload<J>; readonly availableAt: Date },
) => insertEntry(database, { id: newRowId(), kind: 'JOB', name, payload, orderKey: null, availableAt });

const relayBatch = 200;
const relayLock = 7_201_534;
/** Due instants are rounded to milliseconds, maybe to one just ahead. */
const rounding = '5 milliseconds';

interface SentEntry extends OutboxEntry {
  readonly sequence: bigint;
  readonly acknowledgedBy: readonly string[];
}

type Unsettled = Pick<SentEntry, 'id' | 'kind' | 'name' | 'orderKey' | 'sequence' | 'acknowledgedBy'>;

const waitingRecipients = ({ kind, name, acknowledgedBy }: Unsettled): string[] =>
  recipientsOf(kind, name).filter((recipient) => !acknowledgedBy.includes(recipient));

/** Adds to each entry whom it still has to reach, and what that recipient must have acted on before. */
async function addressEntries(
  database: PlatformDatabase,
  entries: readonly SentEntry[],
): Promise<DueEntry[]> {
  const keys = [...new Set(entries.flatMap(({ orderKey }) => orderKey ?? []))];
  const last = entries.at(-1)?.sequence ?? 0n;
  const unsettled = await database.$queryRaw<Unsettled[]>`
    select "id", "kind", "name", "orderKey", "sequence", "acknowledgedBy" from "OutboxEntry"
    where "orderKey" = any(${keys}) and "dueAt" is not null and "sequence" <= ${last} order by "sequence"`;
  const latest = new Map<string, string>();
  const before = new Map<string, string>();
  for (const entry of unsettled) {
    for (const recipient of waitingRecipients(entry)) {
      const chain = `${entry.orderKey} ${recipient}`;
      const previous = latest.get(chain);
      if (previous !== undefined) before.set(`${entry.id} ${recipient}`, previous);
      latest.set(chain, entry.id);
    }
  }
  return entries.map((entry) => ({
    ...entry,
    recipients: waitingRecipients(entry).map((name) => ({
      name,
      after: before.get(`${entry.id} ${name}`) ?? null,
    })),
  }));
}

/** Whether an entry waits to be handed over; cheaper than trying. */
async function hasDueEntry(database: PlatformDatabase): Promise<boolean> {
  const [row] = await database.$queryRaw<{ due: boolean }[]>`
    select exists(select 1 from "OutboxEntry" where "dueAt" <= now() + ${rounding}::interval) as due`;
  return row?.due === true;
}

/**
 * Hands due entries to `publish` in the order they were written. One relay per database at a time. Until all its
 * recipients have acknowledged it an entry becomes due again, after as long as it is old, from 5 s to 10 min: what
 * the queues have lost reaches them once more, and who has acted on it already drops the repeat.
 */
export async function relayOutbox<Database extends PlatformDatabase>(
  client: TransactionalClient<Database>,
  publish: (entries: readonly DueEntry[]) => Promise<void>,
): Promise<{ published: number; more: boolean }> {
  if (!(await hasDueEntry(client))) return { published: 0, more: false };
  return client.$transaction(
    async (database) => {
      const [lock] = await database.$queryRaw<{ held: boolean }[]>`
        select pg_try_advisory_xact_lock(${relayLock}::bigint) as held`;
      if (!lock?.held) return { published: 0, more: false };
      const entries = await database.$queryRaw<SentEntry[]>`
        select "id", "kind", "name", "payload", "orderKey", "availableAt", "traceparent", "requestId",
          "sequence", "acknowledgedBy"
        from "OutboxEntry" where "dueAt" <= now() + ${rounding}::interval
        order by "sequence" limit ${relayBatch}`;
      if (entries.length === 0) return { published: 0, more: false };
      await publish(await addressEntries(database, entries));
      await database.$executeRaw`
        update "OutboxEntry" set "publishedAt" = coalesce("publishedAt", now()),
          "dueAt" = now() + least(greatest(now() - "createdAt", interval '5 seconds'), interval '10 minutes')
        where "id" = any(${entries.map(({ id }) => id)}) and "dueAt" is not null`;
      return { published: entries.length, more: entries.length === relayBatch };
    },
    { timeout: 30_000 },
  );
}

/** Takes note of who has acted on what; an entry that all recipients have acknowledged is settled for good. */
export async function acknowledgeEntries<Database extends PlatformDatabase>(
  client: TransactionalClient<Database>,
  acknowledgements: readonly Acknowledgement[],
): Promise<void> {
  if (acknowledgements.length === 0) return;
  await client.$transaction(async (database) => {
    const entries = await database.$queryRaw<Unsettled[]>`
      update "OutboxEntry" as entry
      set "acknowledgedBy" = array(select distinct unnest(entry."acknowledgedBy" || word."by"))
      from (
        select "id", array_agg("by") as "by"
        from unnest(${acknowledgements.map(({ id }) => id)}::text[], ${acknowledgements.map(({ by }) => by)}::text[])
          as single("id", "by")
        group by "id"
      ) as word
      where entry."id" = word."id" and entry."dueAt" is not null
      returning entry."id", entry."kind", entry."name", entry."acknowledgedBy"`;
    const settled = entries.filter((entry) => waitingRecipients(entry).length === 0).map(({ id }) => id);
    await database.$executeRaw`update "OutboxEntry" set "dueAt" = null where "id" = any(${settled})`;
  });
}

/** Makes everything due that was handed to the queues and not acknowledged: the queues have lost their memory. */
export async function republishUnacknowledged(database: PlatformDatabase): Promise<void> {
  await database.$executeRaw`
    update "OutboxEntry" set "dueAt" = now() where "dueAt" is not null and "publishedAt" is not null`;
}

export interface OutboxBacklog {
  /** Entries not yet handed to the queues. */
  readonly waiting: number;
  /** Age of the oldest of them. */
  readonly lagSeconds: number;
  /** Entries that some recipient has not acted on, jobs of a later date excepted. */
  readonly unacknowledged: number;
  readonly unacknowledgedSeconds: number;
}

export async function outboxBacklog(database: PlatformDatabase): Promise<OutboxBacklog> {
  const [row] = await database.$queryRaw<
    { waiting: bigint; lag: number | null; unacknowledged: bigint; age: number | null }[]
  >`
    select count(*) filter (where "publishedAt" is null) as waiting,
      extract(epoch from now() - min("createdAt") filter (where "publishedAt" is null))::float8 as lag,
      count(*) filter (where "availableAt" <= now()) as unacknowledged,
      extract(epoch from now() - min("availableAt") filter (where "availableAt" <= now()))::float8 as age
    from "OutboxEntry" where "dueAt" is not null`;
  return {
    waiting: Number(row?.waiting ?? 0),
    lagSeconds: row?.lag ?? 0,
    unacknowledged: Number(row?.unacknowledged ?? 0),
    unacknowledgedSeconds: row?.age ?? 0,
  };
}
