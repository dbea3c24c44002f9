import { gauge } from '@studymate/runtime';
import type { Pool } from 'pg';

const pools = new Map<Pool, string>();

gauge({
  name: 'database_pool_connections',
  help: 'Connections to a database by state, and requests that wait for one.',
  labels: ['database', 'state'],
  read: (connections) => {
    connections.reset();
    for (const [pool, database] of pools) {
      if (pool.ended) {
        pools.delete(pool);
        continue;
      }
      const { totalCount, idleCount, waitingCount } = pool;
      connections.inc({ database, state: 'busy' }, totalCount - idleCount);
      connections.inc({ database, state: 'idle' }, idleCount);
      connections.inc({ database, state: 'waiting' }, waitingCount);
    }
  },
});
gauge({
  name: 'database_pool_limit',
  help: 'Connections to a database that may be open at once.',
  labels: ['database'],
  read: (limits) => {
    limits.reset();
    for (const [pool, database] of pools) if (!pool.ended) limits.inc({ database }, pool.options.max ?? 0);
  },
});

/** Tells of a pool on the page of metrics until it is ended, by the name of its database. */
export function watchPool(pool: Pool, url: string): void {
  pools.set(pool, new URL(url).pathname.slice(1));
}
