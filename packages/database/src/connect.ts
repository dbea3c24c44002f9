import { PrismaPg } from '@prisma/adapter-pg';
import { z } from 'zod';

const poolSchema = z.object({ DATABASE_POOL_MAX: z.coerce.number().int().min(1).default(20) });

const connectTimeoutMs = 3_000;
const idleTimeoutMs = 30_000;

/** The driver adapter over a pool of at most DATABASE_POOL_MAX (20) connections; waits 3 s for one at most. */
export function createAdapter(url: string, env: NodeJS.ProcessEnv = process.env): PrismaPg {
  return new PrismaPg({
    connectionString: url,
    max: poolSchema.parse(env).DATABASE_POOL_MAX,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
  });
}
