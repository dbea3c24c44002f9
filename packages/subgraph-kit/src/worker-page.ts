import {
  canPing,
  type HealthCheck,
  type Logger,
  listen,
  operationalRoutes,
  readEnv,
} from '@studymate/runtime';
import { z } from 'zod';

const environment = z.object({
  HOST: z.string().optional(),
  WORKER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
});

let isOpen = false;

export interface WorkerPageOptions {
  readonly database: HealthCheck;
  readonly redisUrl: string;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Serves liveness, readiness, health and metrics of a process that has only workers, at WORKER_PORT; nothing unless it
 * is set. Of several workers in a process the first serves for all: their metrics are on one page anyhow.
 */
export async function openWorkerPage(options: WorkerPageOptions): Promise<{ stop(): Promise<void> } | null> {
  const { database, redisUrl, logger, env } = options;
  const { HOST, WORKER_PORT } = readEnv(environment, env);
  if (WORKER_PORT === undefined || isOpen) return null;
  isOpen = true;
  const page = await listen({
    port: WORKER_PORT,
    ...(HOST === undefined ? {} : { host: HOST }),
    routes: operationalRoutes(database, { database, queue: () => canPing(redisUrl) }),
    onError: (error, where) => logger.error({ err: error, ...where }, 'request failed'),
  });
  logger.info({ url: page.url }, 'serving health and metrics');
  return {
    stop: async () => {
      isOpen = false;
      await page.stop();
    },
  };
}
