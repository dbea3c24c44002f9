import type { Domain } from '@studymate/contracts';
import {
  acknowledgeEntries,
  outboxBacklog,
  type PlatformDatabase,
  relayOutbox,
  republishUnacknowledged,
  type TransactionalClient,
} from '@studymate/database';
import { type Change, createPublisher, type TagChange } from '@studymate/jobs';
import { gauge, type Logger, untraced } from '@studymate/runtime';

const defaultPollMs = 10_000;
const countEveryMs = 15_000;

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
const unacknowledged = gauge({
  name: 'outbox_unacknowledged',
  help: 'Outbox entries that a recipient has not acted on, dead letters among them.',
  labels: ['domain'],
});
const unacknowledgedAge = gauge({
  name: 'outbox_unacknowledged_seconds',
  help: 'Age of the oldest outbox entry that a recipient has not acted on.',
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
 * Moves a domain's outbox to the queues: at once when woken, and from time to time in case a wake-up was lost or the
 * queues lost what they had. While Redis or the database is away the rows wait. Woken with changes, it announces them
 * to live subscribers and makes caches forget; only for these is there something to wait for.
 */
export function startOutboxRelay<Database extends PlatformDatabase>(options: RelayOptions<Database>) {
  const { domain, database, redisUrl, logger, pollMs = defaultPollMs } = options;
  const publisher = createPublisher(domain, redisUrl);
  let running: Promise<void> | null = null;
  let wokenAgain = false;
  let lookBackIsDue = true;

  /** Settles what was acted on, and has everything handed over again that Redis does not remember. */
  const lookBack = async (): Promise<void> => {
    lookBackIsDue = false;
    if (await publisher.hasLostMemory()) await republishUnacknowledged(database);
    await publisher.takeAcknowledgements((words) => acknowledgeEntries(database, words));
  };

  const drain = async (): Promise<void> => {
    try {
      do {
        wokenAgain = false;
        if (lookBackIsDue) await lookBack();
        const { more } = await relayOutbox(database, publisher.publish);
        wokenAgain ||= more;
      } while (wokenAgain);
    } catch (error) {
      logger.warn({ err: error, domain }, 'outbox relay waits');
    }
  };

  const wake = (changes: readonly (Change | TagChange)[] = []): void | Promise<void> => {
    for (const change of changes) if ('topic' in change) publisher.announce(change);
    wokenAgain = true;
    running ??= untraced(drain).finally(() => {
      running = null;
    });
    const tags = changes.flatMap((change) => ('tags' in change ? change.tags : []));
    if (tags.length > 0) return publisher.changeTags(tags);
  };
  const polling = setInterval(() => {
    lookBackIsDue = true;
    void wake();
  }, pollMs);
  const counting = setInterval(() => void count(domain, database).catch(() => undefined), countEveryMs);

  return {
    wake,
    async stop(): Promise<void> {
      clearInterval(polling);
      clearInterval(counting);
      await running;
      await publisher.stop();
    },
  };
}

async function count(domain: Domain, database: PlatformDatabase): Promise<void> {
  const backlog = await outboxBacklog(database);
  waiting.set({ domain }, backlog.waiting);
  lag.set({ domain }, backlog.lagSeconds);
  unacknowledged.set({ domain }, backlog.unacknowledged);
  unacknowledgedAge.set({ domain }, backlog.unacknowledgedSeconds);
}

export type OutboxRelay = ReturnType<typeof startOutboxRelay>;
