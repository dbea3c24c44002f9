import { counter, gauge, type Logger } from '@studymate/runtime';
import type { PlatformDatabase } from '../platform.ts';
import { type LogPosition, readReplayed, readWritten } from './log-position.ts';
import { within } from './within.ts';

const probeEveryMs = 250;
const probeTimeoutMs = 1_000;
/** What a replica is known to have replayed holds for this long without word from it. */
const freshForMs = 1_500;

export interface Replica<Client> {
  readonly client: Client;
  /** For people and metrics: its place in the list of replicas. */
  readonly name: string;
}

interface Observed {
  replayed: LogPosition;
  heardAt: number;
}

export interface MonitorOptions<Client> {
  readonly domain: string;
  readonly primary: PlatformDatabase;
  readonly replicas: readonly Replica<Client>[];
  /** A replica that is further behind than this serves nobody. */
  readonly maxLagMs: number;
  readonly logger: Logger;
}

const lagSeconds = gauge({
  name: 'database_replica_lag_seconds',
  help: 'How long ago what a replica does not show yet was written.',
  labels: ['domain', 'replica'],
});
const failures = counter({
  name: 'database_replica_failures_total',
  help: 'Probes and reads that a replica did not answer.',
  labels: ['domain', 'replica'],
});

/** When the primary's log had reached which position, as far back as lags matter. */
function createHistory(keepMs: number) {
  const samples: { position: LogPosition; at: number }[] = [];
  return {
    add(position: LogPosition, at: number): void {
      if (samples.at(-1)?.position !== position) samples.push({ position, at });
      while ((samples[1]?.at ?? at) < at - keepMs) samples.shift();
    },
    /** How old the oldest write is that lies beyond the position; of one before the first sample nobody knows. */
    ageBeyond(position: LogPosition, now: number): number {
      const [oldest] = samples;
      if (!oldest || position < oldest.position) return Number.POSITIVE_INFINITY;
      const first = samples.find((sample) => sample.position > position);
      return first ? now - first.at : 0;
    },
  };
}

/** Watches replicas: which of them answer, and what they show already. */
export function watchReplicas<Client extends PlatformDatabase>(options: MonitorOptions<Client>) {
  const { domain, primary, replicas, maxLagMs, logger } = options;
  const observed = new Map<Replica<Client>, Observed>();
  const history = createHistory(2 * maxLagMs);
  let next = 0;

  const lose = (replica: Replica<Client>, error: unknown): void => {
    failures.inc({ domain, replica: replica.name });
    if (observed.delete(replica))
      logger.warn({ err: error, domain, replica: replica.name }, 'replica is left out');
  };

  const probe = async (replica: Replica<Client>): Promise<void> => {
    try {
      const replayed = await within(probeTimeoutMs, readReplayed(replica.client));
      if (replayed === null) throw new Error('It is no replica, or not any more.');
      if (!observed.has(replica)) logger.info({ domain, replica: replica.name }, 'replica takes part');
      const heardAt = performance.now();
      observed.set(replica, { replayed, heardAt });
      lagSeconds.set({ domain, replica: replica.name }, history.ageBeyond(replayed, heardAt) / 1000);
    } catch (error) {
      lose(replica, error);
    }
  };

  const look = async (): Promise<void> => {
    await within(probeTimeoutMs, readWritten(primary))
      .then((position) => history.add(position, performance.now()))
      .catch(() => undefined);
    await Promise.all(replicas.map(probe));
  };
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null;
    });
  }, probeEveryMs);
  timer.unref();

  const shows = (replica: Replica<Client>, position: LogPosition): boolean => {
    const now = performance.now();
    const seen = observed.get(replica);
    if (!seen || now - seen.heardAt > freshForMs) return false;
    return seen.replayed >= position && history.ageBeyond(seen.replayed, now) <= maxLagMs;
  };

  return {
    /** A replica that shows everything before the position, in turn; null when only the primary does for sure. */
    choose(position: LogPosition): Replica<Client> | null {
      const usable = replicas.filter((replica) => shows(replica, position));
      next += 1;
      return usable[next % usable.length] ?? null;
    },
    /** Leaves a replica out until it answers a probe again. */
    lose,
    async stop(): Promise<void> {
      clearInterval(timer);
      await looking;
    },
  };
}

export type ReplicaMonitor<Client extends PlatformDatabase> = ReturnType<typeof watchReplicas<Client>>;
