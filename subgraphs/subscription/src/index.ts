import { canReach, connectReplicas } from '@studymate/database';
import { connectSubscription } from '@studymate/database/subscription';
import {
  canConnect,
  createLogger,
  databaseUrlOf,
  processClock,
  type RunningServer,
  readEnv,
  redisUrlOf,
} from '@studymate/runtime';
import { startOutboxRelay, startSubgraph } from '@studymate/subgraph-kit';
import { configSchema } from './config.ts';
import { createContext } from './context.ts';
import { createBillingProvider } from './provider/provider.ts';
import { schema } from './schema.ts';
import { webhookRoute } from './webhook/webhook.route.ts';

export { startWorker } from './worker.ts';

/** Starts the subscription subgraph and its door for Stripe's webhooks. */
export async function start(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const config = readEnv(configSchema, env);
  const database = connectSubscription(databaseUrlOf('subscription', env));
  const replicas = connectReplicas({
    domain: 'subscription',
    primary: database,
    connect: connectSubscription,
    env,
  });
  const resources = { provider: createBillingProvider(config.stripe), returnUrl: config.returnUrl };
  const now = processClock(env);
  const logger = createLogger('subscription', env);
  const relay = startOutboxRelay({ domain: 'subscription', database, redisUrl: redisUrlOf(env), logger });
  const effects = { database, resources, afterCommit: relay.wake };
  const webhook = webhookRoute({
    secrets: config.webhookSecrets,
    createContext: () => createContext({ ...effects, viewer: null, now }),
    logger,
  });
  const server = await startSubgraph({
    name: 'subscription',
    schema,
    port: config.port,
    createContext: (scope) => createContext({ ...effects, ...scope, database: replicas.forRequest(scope) }),
    isReady: () => canReach(database),
    providers: { payments: () => canConnect(config.stripe.apiBase) },
    routes: { 'POST /webhooks/stripe': webhook },
    env,
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await relay.stop();
      await replicas.stop();
      await database.$disconnect();
    },
  };
}
