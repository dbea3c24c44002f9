import type { Socket } from 'node:net';
import { counter } from '@studymate/runtime';
import pg from 'pg';

/** How long a connection may be in use before it is asked whether the server is still there. */
const stuckMs = 1_000;
const probeMs = 1_500;
const lookEveryMs = 250;
/** A server that has just answered is believed for this long. */
const believedMs = 2_000;
/** A timer later than this says more of this process than of the server. */
const lateMs = 500;

const silences = counter({
  name: 'database_pool_silences_total',
  help: 'Times that connections were ended because the server did not answer any more.',
  labels: ['database'],
});

/** Ends it at once, whatever it waits for; node-postgres has no verb for that. */
function cut(client: pg.ClientBase): void {
  const { connection } = client as unknown as { connection: { stream: Socket } };
  connection.stream.destroy();
}

/** Whether the server says anything to a new connection, be it that it takes none. */
async function isThere(connectionString: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: probeMs,
    query_timeout: probeMs,
  });
  client.on('error', () => undefined);
  const startedAt = performance.now();
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    const isSilent = error instanceof Error && /timeout/i.test(error.message);
    return !isSilent || performance.now() - startedAt > 2 * probeMs + lateMs;
  } finally {
    cut(client);
  }
}

/**
 * Ends connections that wait for an answer when the server gives none to a new one either, as when the network has gone:
 * TCP alone would notice in a quarter of an hour. What waited fails within 3 s. Slow queries of a living server stay.
 */
export function endSilentConnections(pool: pg.Pool, url: string): void {
  const database = new URL(url).pathname.slice(1);
  const usedSince = new Map<pg.PoolClient, number>();
  pool.on('acquire', (client) => usedSince.set(client, performance.now()));
  pool.on('release', (_error, client) => usedSince.delete(client));
  pool.on('remove', (client) => usedSince.delete(client));
  let nextProbeAt = 0;

  const look = async (): Promise<void> => {
    const now = performance.now();
    const isStuck = (since: number) => now - since > stuckMs;
    if (now < nextProbeAt || ![...usedSince.values()].some(isStuck)) return;
    nextProbeAt = Number.POSITIVE_INFINITY;
    const answers = await isThere(url);
    nextProbeAt = performance.now() + (answers ? believedMs : 0);
    if (answers) return;
    silences.inc({ database });
    for (const [client, since] of usedSince) if (isStuck(since)) cut(client);
  };
  const looking = setInterval(() => void look(), lookEveryMs).unref();
  const end = pool.end.bind(pool);
  pool.end = async () => {
    clearInterval(looking);
    await end();
  };
}
