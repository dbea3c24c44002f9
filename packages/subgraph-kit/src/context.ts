import { type Cache, everybody, type Kept, noCache } from '@studymate/cache';
import type { EventName, EventPayload, JobName, JobPayload, Viewer } from '@studymate/contracts';
import { newRowId } from '@studymate/contracts';
import {
  acceptEvent,
  claimKey,
  type KeyedRequest,
  type PlatformDatabase,
  type ReadScope,
  recordEvent,
  recordJob,
  settleKey,
  type TransactionalClient,
} from '@studymate/database';
import type { Change, TagChange } from '@studymate/jobs';
import { type Clock, systemClock, tagsOfChange } from '@studymate/runtime';
import { type ChangeFeed, noChangeFeed } from './subscriptions/change-feed.ts';
import type { ChangeTick, Ticks } from './subscriptions/ticks.ts';
import { requireViewer, type ViewerContext } from './viewer.ts';

/** Told after each commit, with what was announced within it. The commit's caller waits for what it promises. */
export type AfterCommit = (changes?: readonly (Change | TagChange)[]) => void | Promise<void>;

/** What a service keeps: for whoever is asking, or, where it is `PUBLIC`, for everybody who gets as far. */
export type KeptForViewer<T> = Omit<Kept<T>, 'viewerId' | 'mayKeep'> & {
  readonly scope: 'PRIVATE' | 'PUBLIC';
};

/** What every subgraph's context has; `C` is the subgraph's own. */
export interface SubgraphContext<C> extends ViewerContext {
  readonly viewer: Viewer | null;
  readonly now: Clock;
  readonly requestId: string;
  /** The client's address and agent as the gateway saw them. */
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly events: { publish<E extends EventName>(name: E, payload: EventPayload<E>): Promise<void> };
  readonly jobs: {
    /** `runAt` puts the job off; without it it runs as soon as the transaction has committed. */
    enqueue<J extends JobName>(
      name: J,
      payload: JobPayload<J>,
      options?: { readonly runAt?: Date },
    ): Promise<void>;
  };
  readonly changes: {
    /** Tells live subscribers once the transaction has committed. A lost word costs liveness only. */
    announce(topic: string, detail?: string): void;
    /**
     * Makes caches forget an entity that has changed, come or gone, once the transaction has committed. Resolves when
     * that is done (outside of a transaction), so that whoever is answered after it sees the change.
     */
    entity(typename: string, id: string): Promise<void>;
    /** Ticks whenever the topic is announced, and at once when `first` is given. */
    follow(topic: string, first?: ChangeTick): Promise<Ticks>;
  };
  readonly cache: {
    /**
     * What is kept of this, or what `load` answers. Ends with its time, or once `changes.entity` tells of a change of one
     * of its tags. Within a transaction, and while Redis is away, it loads.
     */
    read<T>(kept: KeptForViewer<T>, load: () => Promise<unknown>): Promise<T>;
  };
  /** Runs `work` on a context whose repositories, events and jobs share one database transaction. */
  transaction<T>(work: (context: C) => Promise<T>): Promise<T>;
  /** False for an event this domain has acted on before; the note shares the transaction. */
  readonly inbox: { accept(event: { readonly id: string; readonly name: string }): Promise<boolean> };
  readonly idempotency: {
    claim(request: KeyedRequest): Promise<string | null>;
    settle(request: KeyedRequest, resultId: string): Promise<void>;
  };
}

export interface ContextOptions<Database, Resources> {
  readonly database: TransactionalClient<Database> & Database;
  readonly resources: Resources;
  readonly viewer: Viewer | null;
  readonly now?: Clock;
  readonly requestId?: string;
  readonly ipAddress?: string | null;
  readonly userAgent?: string | null;
  /** Called after each committed transaction and each effect outside one, to wake the outbox relay. */
  readonly afterCommit?: AfterCommit;
  readonly feed?: ChangeFeed;
  readonly cache?: Cache;
  /** Tells whether a replica that lags has answered. */
  readonly reads?: ReadScope;
}

/** The cache as a request sees it. */
const cacheOf = (cache: Cache, viewer: Viewer | null, reads: ReadScope | undefined) => ({
  read: <T>({ scope, ...kept }: KeptForViewer<T>, load: () => Promise<unknown>): Promise<T> => {
    const viewerId = scope === 'PUBLIC' ? everybody : viewer?.id;
    return viewerId === undefined
      ? noCache.read({ ...kept, viewerId: '' }, load)
      : cache.read({ ...kept, viewerId, mayKeep: () => reads?.lagged !== true }, load);
  },
});

const transactionOptions = { maxWait: 2_500, timeout: 20_000 };

/**
 * Makes a subgraph's `createContext` from what it adds to the common part: repositories over the database, or
 * over a transaction of it, and its outside resources (object store, mailer, clients).
 */
export function contextFactory<Database extends PlatformDatabase, Resources, C extends SubgraphContext<C>>(
  build: (database: Database, base: SubgraphContext<C>, resources: Resources) => C,
) {
  return (options: ContextOptions<Database, Resources>): C => {
    const {
      database: client,
      resources,
      now = systemClock,
      requestId = newRowId(),
      afterCommit,
      feed = noChangeFeed,
      cache = noCache,
    } = options;

    /** `uncommitted` collects what a transaction announces; null: not in one. */
    const over = (database: Database, uncommitted: (Change | TagChange)[] | null): C => {
      const wake = uncommitted ? () => undefined : () => void afterCommit?.();
      const context: C = build(
        database,
        {
          viewer: options.viewer,
          now,
          requestId,
          ipAddress: options.ipAddress ?? null,
          userAgent: options.userAgent ?? null,
          events: { publish: (name, payload) => recordEvent(database, name, payload).then(wake) },
          jobs: {
            enqueue: (name, payload, { runAt = now() } = {}) =>
              recordJob(database, name, { payload, availableAt: runAt }).then(wake),
          },
          changes: {
            announce: (topic, detail = '') => {
              if (uncommitted) uncommitted.push({ topic, detail });
              else void afterCommit?.([{ topic, detail }]);
            },
            entity: async (typename, id) => {
              const change = { tags: tagsOfChange(typename, id) };
              if (uncommitted) uncommitted.push(change);
              else await afterCommit?.([change]);
            },
            follow: feed.follow,
          },
          cache: cacheOf(uncommitted ? noCache : cache, options.viewer, options.reads),
          transaction: async (work) => {
            if (uncommitted) return work(context);
            const changes: (Change | TagChange)[] = [];
            const result = await client.$transaction(
              (inner) => work(over(inner, changes)),
              transactionOptions,
            );
            await afterCommit?.(changes);
            return result;
          },
          inbox: { accept: (event) => acceptEvent(database, event) },
          idempotency: {
            claim: (request) => claimKey(database, request),
            settle: (request, resultId) => settleKey(database, request, resultId),
          },
        },
        resources,
      );
      return context;
    };
    return over(client, null);
  };
}

export interface OnceOptions<C, Row extends { readonly id: string }> {
  readonly run: (context: C) => Promise<Row>;
  readonly replay: (context: C, id: string) => Promise<Row>;
}

/**
 * Runs a keyed mutation of the viewer at most once, in one transaction: the same key and body answers the
 * entity it made before, another body throws IDEMPOTENCY_MISMATCH. A failed run leaves the key unused.
 */
export function onceByKey<C extends SubgraphContext<C>, Row extends { readonly id: string }>(
  context: C,
  { mutation, key, body }: { readonly mutation: string; readonly key: string; readonly body: unknown },
  { run, replay }: OnceOptions<C, Row>,
): Promise<Row> {
  const request = { ownerId: requireViewer(context).id, mutation, key, body };
  return context.transaction(async (inner) => {
    const madeBefore = await inner.idempotency.claim(request);
    if (madeBefore !== null) return replay(inner, madeBefore);
    const row = await run(inner);
    await inner.idempotency.settle(request, row.id);
    return row;
  });
}
