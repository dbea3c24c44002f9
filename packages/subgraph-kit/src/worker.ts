import {
  type Domain,
  type EventHandlers,
  type EventName,
  events,
  type JobHandlers,
  type JobName,
  queueOf,
  queues,
} from '@studymate/contracts';
import {
  canReach,
  hasAccepted,
  type PlatformDatabase,
  type TransactionalClient,
  tidyPlatform,
} from '@studymate/database';
import { type Consumer, type Delivery, eventQueue, jobQueue, startConsumer } from '@studymate/jobs';
import { collectProcessMetrics, createLogger, type Logger } from '@studymate/runtime';
import type { AfterCommit, SubgraphContext } from './context.ts';
import { type OutboxRelay, startOutboxRelay } from './relay.ts';
import { createScheduler } from './schedule.ts';
import { openWorkerPage } from './worker-page.ts';

/** Work that is due by the clock rather than by a message. Must be safe to run in several workers at once. */
export interface Sweep<C> {
  readonly name: string;
  readonly everyMs: number;
  readonly run: (context: C) => Promise<void>;
}

export interface WorkerOptions<
  D extends Domain,
  Database extends PlatformDatabase,
  C extends SubgraphContext<C>,
> {
  readonly domain: D;
  readonly database: TransactionalClient<Database>;
  readonly redisUrl: string;
  /** A fresh context without a viewer for each delivery, job and sweep: the system itself is acting. */
  readonly createContext: (afterCommit: AfterCommit) => C;
  readonly jobs: JobHandlers<D, C>;
  readonly events: EventHandlers<D, C>;
  readonly sweeps?: readonly Sweep<C>[];
  readonly env?: NodeJS.ProcessEnv;
}

type AnyHandler<C> = (context: C, payload: unknown) => Promise<void>;

const relayPollMs = 1_000;
const scheduleEveryMs = 15_000;
const tidyEveryMs = 3_600_000;
const jobConcurrency = { 'high-priority': 8, default: 4, 'low-priority': 1 } as const;

/**
 * Acts on one delivered event: the inbox row and the effect share a transaction, so a repeated delivery has
 * no second effect.
 */
export async function receiveEvent<C extends SubgraphContext<C>>(
  context: C,
  delivery: {
    readonly id: string;
    readonly name: EventName;
    readonly payload: unknown;
    readonly handler: AnyHandler<C>;
  },
): Promise<void> {
  const payload = events[delivery.name].parse(delivery.payload);
  await context.transaction(async (inner) => {
    if (await inner.inbox.accept({ id: delivery.id, name: delivery.name }))
      await delivery.handler(inner, payload);
  });
}

function jobConsumers<C>(
  domain: Domain,
  handlers: Readonly<Record<string, AnyHandler<C>>>,
  {
    redisUrl,
    logger,
    createContext,
  }: { readonly redisUrl: string; readonly logger: Logger; readonly createContext: () => C },
): Consumer[] {
  const needed = new Set(Object.keys(handlers).map((job) => queueOf(job as JobName)));
  return [...needed].map((queue) =>
    startConsumer({
      domain,
      queue: jobQueue(domain, queue),
      redisUrl,
      concurrency: jobConcurrency[queue],
      logger,
      handle: async ({ name, data }) => {
        const schema = (queues[queue] as Record<string, { parse(value: unknown): unknown }>)[name];
        const handler = handlers[name];
        if (!schema || !handler) throw new Error(`${domain} has no job ${name}`);
        await handler(createContext(), schema.parse(data));
      },
    }),
  );
}

function startSweep<C>(sweep: Sweep<C>, createContext: () => C, logger: Logger) {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= sweep
      .run(createContext())
      .catch((error: unknown) => logger.warn({ err: error, sweep: sweep.name }, 'sweep failed'))
      .finally(() => {
        running = null;
      });
  }, sweep.everyMs);
  return async (): Promise<void> => {
    clearInterval(timer);
    await running;
  };
}

/** Everything a domain does without being asked: relays its outbox, hears events, works off jobs, sweeps. */
export async function startDomainWorker<
  D extends Domain,
  Database extends PlatformDatabase,
  C extends SubgraphContext<C>,
>(options: WorkerOptions<D, Database, C>): Promise<{ stop(): Promise<void> }> {
  const { domain, database, redisUrl } = options;
  const logger = createLogger(`${domain}-worker`);
  collectProcessMetrics();
  const relay: OutboxRelay = startOutboxRelay({ domain, database, redisUrl, logger, pollMs: relayPollMs });
  const createContext = () => options.createContext(relay.wake);
  const eventHandlers = options.events as unknown as Readonly<Record<string, AnyHandler<C>>>;
  const jobHandlers = options.jobs as unknown as Readonly<Record<string, AnyHandler<C>>>;

  const eventConsumer = startConsumer({
    domain,
    queue: eventQueue(domain),
    redisUrl,
    concurrency: 1,
    logger,
    handle: async ({ name, data }) => {
      const handler = eventHandlers[name];
      if (!handler) throw new Error(`${domain} does not listen to ${name}`);
      const { id, payload } = data as Delivery;
      await receiveEvent(createContext(), {
        id,
        name: name as EventName,
        payload,
        handler,
      });
    },
    hasActedOn: (eventId) => hasAccepted(database, eventId),
  });
  const consumers = [
    eventConsumer,
    ...jobConsumers(domain, jobHandlers, { redisUrl, logger, createContext }),
  ];
  const tidy = { name: 'tidyPlatform', everyMs: tidyEveryMs, run: () => tidyPlatform(database) };
  const scheduler = { name: 'schedule', everyMs: scheduleEveryMs, run: createScheduler(domain) };
  const sweeps: readonly Sweep<C>[] = [...(options.sweeps ?? []), tidy, scheduler];
  const stopSweeps = sweeps.map((sweep) => startSweep(sweep, createContext, logger));
  const page = await openWorkerPage({
    database: () => canReach(database),
    redisUrl,
    logger,
    env: options.env ?? process.env,
  });
  logger.info({ consumers: consumers.length }, 'working');

  return {
    stop: async () => {
      await Promise.all([
        ...consumers.map((consumer) => consumer.stop()),
        ...stopSweeps.map((stop) => stop()),
      ]);
      await relay.stop();
      await page?.stop();
    },
  };
}
