import type { Domain } from '@studymate/contracts';
import {
  outboxBacklog,
  type PlatformDatabase,
  relayOutbox,
  type TransactionalClient,
} from '@studymate/database';
import { type Change, createPublisher } from '@studymate/jobs';
import { gauge, type Logger } from '@studymate/runtime';

const defaultPollMs = 10_000;

const waiting = gauge({
  name: 'outbox_waiting',
  help: 'Outbox entries not yet handed to the queues.',
  labels: ['domain'],
});
const lag = gauge({
  name: 'outbox_lag_seconds',
  help: 'Age of the oldest waiting outbox entry.',
  labels: ['domain'],
});

export interface RelayOptions<Database extends PlatformDatabase> {
  readonly domain: Domain;
  readonly database: TransactionalClient<Database>;
  readonly redisUrl: string;
  readonly logger: Logger;
  /** How often to look without being woken; the domain's worker looks more often than its servers. */
  readonly pollMs?: number;
}

/**
 * Moves a domain's outbox to the queues: at once when woken, and from time to time in case a wake-up was lost.
 * While Redis or the database is away the rows wait. Woken with changes, it announces them to live subscribers.
 */
export function startOutboxRelay<Database extends PlatformDatabase>(options: RelayOptions<Database>) {
  const { domain, database, redisUrl, logger, pollMs = defaultPollMs } = options;
  const publisher = createPublisher(domain, redisUrl);
  let running: Promise<void> | null = null;
  let wokenAgain = false;

  const drain = async (): Promise<void> => {
    try {
      do {
        wokenAgain = false;
        const { more } = await relayOutbox(database, publisher.publish);
        wokenAgain ||= more;
      } while (wokenAgain);
      const backlog = await outboxBacklog(database);
      waiting.set({ domain }, backlog.waiting);
      lag.set({ domain }, backlog.lagSeconds);
    } catch (error) {
      logger.warn({ err: error, domain }, 'outbox relay waits');
    }
  };

  const wake = (changes: readonly Change[] = []): void => {
    for (const change of changes) publisher.announce(change);
    wokenAgain = true;
    running ??= drain().finally(() => {
      running = null;
    });
  };
  const timer = setInterval(() => wake(), pollMs);

  return {
    wake,
    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
      await publisher.stop();
    },
  };
}

export type OutboxRelay = ReturnType<typeof startOutboxRelay>;
