import type { Domain } from '@studymate/contracts';
import { createLogger, redisUrlOf, replicaUrlsOf } from '@studymate/runtime';
import { z } from 'zod';
import type { PlatformDatabase } from '../platform.ts';
import { watchReplicas } from './replica-monitor.ts';
import { type RoutedRequest, routeRequest } from './routed-client.ts';
import { connectWriteMarks } from './write-marks.ts';

const lagSchema = z.object({
  DATABASE_REPLICA_MAX_LAG_SECONDS: z.coerce.number().min(1).max(600).default(10),
});

export interface ReplicasOptions<Client> {
  readonly domain: Domain;
  readonly primary: Client;
  readonly connect: (url: string) => Client;
  readonly env: NodeJS.ProcessEnv;
}

/** The database as requests see it. */
export interface Replicas<Client> {
  /** The client for one request: the primary's own where there are no replicas. */
  forRequest(request: RoutedRequest): Client;
  stop(): Promise<void>;
}

/**
 * Opens a domain's read replicas. Everybody sees what they wrote themselves at once, what others wrote after
 * DATABASE_REPLICA_MAX_LAG_SECONDS (10) at the latest: a replica further behind, or dead, is left out.
 */
export function connectReplicas<Client extends PlatformDatabase & { $disconnect(): Promise<void> }>({
  domain,
  primary,
  connect,
  env,
}: ReplicasOptions<Client>): Replicas<Client> {
  const urls = replicaUrlsOf(domain, env);
  if (urls.length === 0) return { forRequest: () => primary, stop: async () => undefined };

  const maxLagMs = lagSchema.parse(env).DATABASE_REPLICA_MAX_LAG_SECONDS * 1000;
  const replicas = urls.map((url, index) => ({ client: connect(url), name: `${index + 1}` }));
  const logger = createLogger(`${domain}-replicas`, env);
  const monitor = watchReplicas({ domain, primary, replicas, maxLagMs, logger });
  const prefix = `{${env.QUEUE_PREFIX ?? 'studymate'}}`;
  // A replica is read from up to a probe's age after it was seen to be near enough.
  const marks = connectWriteMarks({ domain, redisUrl: redisUrlOf(env), prefix, keepMs: 2 * maxLagMs });
  const routing = { domain, primary, monitor, marks };
  return {
    forRequest: (request) => routeRequest(routing, request),
    stop: async () => {
      marks.stop();
      await monitor.stop();
      await Promise.all(replicas.map(({ client }) => client.$disconnect()));
    },
  };
}
