import { createHash } from 'node:crypto';
import {
  DomainError,
  type EventName,
  type EventPayload,
  type JobName,
  type JobPayload,
  newRowId,
} from '@studymate/contracts';

/** What the platform tables need of a Prisma client or transaction; every domain's client has it. */
export interface PlatformDatabase {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
  $queryRaw<Rows>(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<Rows>;
}

/** A Prisma client that can open a transaction over `Database`. */
export interface TransactionalClient<Database> extends PlatformDatabase {
  $transaction<Result>(
    work: (database: Database) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<Result>;
}

export interface OutboxEntry {
  readonly id: string;
  readonly kind: 'EVENT' | 'JOB';
  readonly name: string;
  readonly payload: unknown;
  readonly availableAt: Date;
}

const insertOutboxEntry = async (database: PlatformDatabase, entry: OutboxEntry): Promise<void> => {
  await database.$executeRaw`
    insert into "OutboxEntry" ("id", "kind", "name", "payload", "availableAt")
    values (${entry.id}, ${entry.kind}, ${entry.name}, ${JSON.stringify(entry.payload)}::jsonb, ${entry.availableAt})`;
};

/** Records an event for its subscribers, in whatever transaction `database` is. */
export const recordEvent = <E extends EventName>(
  database: PlatformDatabase,
  name: E,
  payload: EventPayload<E>,
) => insertOutboxEntry(database, { id: newRowId(), kind: 'EVENT', name, payload, availableAt: new Date() });

/** Records a job for the domain's own worker, to run at `availableAt` or later. */
export const recordJob = <J extends JobName>(
  database: PlatformDatabase,
  name: J,
  { payload, availableAt }: { readonly payload: JobPayload<J>; readonly availableAt: Date },
) => insertOutboxEntry(database, { id: newRowId(), kind: 'JOB', name, payload, availableAt });

const relayBatch = 200;
const relayLock = 7_201_534;

/**
 * Hands unpublished outbox entries to `publish` in the order they were written and marks them. One relay per
 * database at a time; a crash between publishing and marking publishes again, and consumers drop the repeat.
 * Answers how many it published; `relayBatch` means there may be more.
 */
export async function relayOutbox<Database extends PlatformDatabase>(
  client: TransactionalClient<Database>,
  publish: (entries: readonly OutboxEntry[]) => Promise<void>,
): Promise<{ published: number; more: boolean }> {
  return client.$transaction(
    async (database) => {
      const [lock] = await database.$queryRaw<{ held: boolean }[]>`
        select pg_try_advisory_xact_lock(${relayLock}::bigint) as held`;
      if (!lock?.held) return { published: 0, more: false };
      const entries = await database.$queryRaw<OutboxEntry[]>`
        select "id", "kind", "name", "payload", "availableAt" from "OutboxEntry"
        where "publishedAt" is null order by "sequence" limit ${relayBatch}`;
      if (entries.length === 0) return { published: 0, more: false };
      await publish(entries);
      await database.$executeRaw`
        update "OutboxEntry" set "publishedAt" = now() where "id" = any(${entries.map(({ id }) => id)})`;
      return { published: entries.length, more: entries.length === relayBatch };
    },
    { timeout: 30_000 },
  );
}

/** How many entries wait and how long the oldest has waited, in seconds. */
export async function outboxBacklog(
  database: PlatformDatabase,
): Promise<{ waiting: number; lagSeconds: number }> {
  const [row] = await database.$queryRaw<{ waiting: bigint; lag: number | null }[]>`
    select count(*) as waiting, extract(epoch from now() - min("createdAt"))::float8 as lag
    from "OutboxEntry" where "publishedAt" is null`;
  return { waiting: Number(row?.waiting ?? 0), lagSeconds: row?.lag ?? 0 };
}

/** Takes note of an event in the transaction of its effect; false when this domain has acted on it before. */
export async function acceptEvent(
  database: PlatformDatabase,
  event: { readonly id: string; readonly name: string },
): Promise<boolean> {
  const inserted = await database.$executeRaw`
    insert into "InboxEntry" ("eventId", "name") values (${event.id}, ${event.name}) on conflict do nothing`;
  return inserted === 1;
}

/** A keyed request: who, which mutation, the client's key, and everything else that was asked. */
export interface KeyedRequest {
  readonly ownerId: string;
  readonly mutation: string;
  readonly key: string;
  readonly body: unknown;
}

const hashOf = (body: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(body) ?? 'null')
    .digest('base64url');

/**
 * Claims an idempotency key in the current transaction. A parallel claim of the same key waits for the first
 * to commit. Answers null for a fresh key, else the id of the entity that the first request made.
 * Throws IDEMPOTENCY_MISMATCH when the key was used with another body.
 */
export async function claimKey(database: PlatformDatabase, request: KeyedRequest): Promise<string | null> {
  const { ownerId, mutation, key } = request;
  const bodyHash = hashOf(request.body);
  const inserted = await database.$executeRaw`
    insert into "IdempotencyRecord" ("ownerId", "mutation", "key", "bodyHash")
    values (${ownerId}, ${mutation}, ${key}, ${bodyHash}) on conflict do nothing`;
  if (inserted === 1) return null;
  const [record] = await database.$queryRaw<{ bodyHash: string; resultId: string | null }[]>`
    select "bodyHash", "resultId" from "IdempotencyRecord"
    where "ownerId" = ${ownerId} and "mutation" = ${mutation} and "key" = ${key}`;
  if (record?.bodyHash !== bodyHash) {
    throw new DomainError('IDEMPOTENCY_MISMATCH', 'This idempotency key was used with another request.', {
      path: ['idempotencyKey'],
    });
  }
  return record.resultId;
}

/** Remembers which entity the claimed key made, in the same transaction. */
export async function settleKey(
  database: PlatformDatabase,
  request: KeyedRequest,
  resultId: string,
): Promise<void> {
  await database.$executeRaw`
    update "IdempotencyRecord" set "resultId" = ${resultId}
    where "ownerId" = ${request.ownerId} and "mutation" = ${request.mutation} and "key" = ${request.key}`;
}

/** True when the database answers; the connection's own time-out bounds the wait. */
export async function canReach(database: PlatformDatabase): Promise<boolean> {
  try {
    await database.$queryRaw`select 1`;
    return true;
  } catch {
    return false;
  }
}
