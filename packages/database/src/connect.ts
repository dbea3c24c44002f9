import { PrismaPg } from '@prisma/adapter-pg';
import { isProduction } from '@studymate/runtime';
import { Pool } from 'pg';
import { z } from 'zod';
import { watchPool } from './pool-metrics.ts';
import { endSilentConnections } from './silent-server.ts';

const poolSchema = z
  .object({
    DATABASE_POOL_MIN: z.coerce.number().int().min(0).optional(),
    DATABASE_POOL_MAX: z.coerce.number().int().min(1).default(20),
  })
  .refine(({ DATABASE_POOL_MIN: min = 0, DATABASE_POOL_MAX: max }) => min <= max, {
    message: 'DATABASE_POOL_MIN is larger than DATABASE_POOL_MAX.',
    path: ['DATABASE_POOL_MIN'],
  });

/** Less than the 3 s within which a request without a database is answered. */
const connectTimeoutMs = 2_500;
const idleTimeoutMs = 30_000;
/** A pool that keeps connections replaces them in time, so that it follows a database that has moved. */
const lifetimeSeconds = 1_800;
const minInProduction = 5;

/** The sizes of a pool: DATABASE_POOL_MIN (5 in production, else none) are kept open of at most DATABASE_POOL_MAX (20). */
export function readPoolSize(env: NodeJS.ProcessEnv = process.env): { min: number; max: number } {
  const { DATABASE_POOL_MIN: min, DATABASE_POOL_MAX: max } = poolSchema.parse(env);
  return { min: min ?? Math.min(isProduction(env) ? minInProduction : 0, max), max };
}

/** The driver adapter over a pool of connections; waits 2.5 s for one at most. */
export function createAdapter(url: string, env: NodeJS.ProcessEnv = process.env): PrismaPg {
  const pool = new Pool({
    connectionString: url,
    ...readPoolSize(env),
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    maxLifetimeSeconds: lifetimeSeconds,
    keepAlive: true,
  });
  watchPool(pool, url);
  endSilentConnections(pool, url);
  return new PrismaPg(pool, { disposeExternalPool: true });
}
