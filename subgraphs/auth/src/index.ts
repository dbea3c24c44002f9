import { createCache } from '@studymate/cache';
import { canReach } from '@studymate/database';
import { connectAuth } from '@studymate/database/auth';
import { createLogger, type Routes, type RunningServer, readEnv, systemClock } from '@studymate/runtime';
import { startOutboxRelay, startSubgraph } from '@studymate/subgraph-kit';
import { verifySecretRoute } from './access-token/verify-secret.route.ts';
import { configSchema, readUrls } from './config.ts';
import { createContext } from './context.ts';
import { connectRedis } from './redis.ts';
import { createResources } from './resources.ts';
import { openAddressData } from './risk/address-data.ts';
import { requestRiskRoute } from './risk/request-risk.route.ts';
import { schema } from './schema.ts';
import type { SigningKeys } from './session/signing-keys.ts';

export { startWorker } from './worker.ts';

/** The public halves of the signing keys, for whoever verifies access tokens. */
const jwksRoute = (signingKeys: SigningKeys): Routes => ({
  'GET /.well-known/jwks.json': async () => ({
    status: 200,
    headers: { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=30' },
    body: JSON.stringify(await signingKeys.jwks(systemClock())),
  }),
});

/** Starts the auth subgraph: accounts, sessions, second factors, and the JWKS of access tokens. */
export async function start(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const urls = readUrls(env);
  const { port } = readEnv(configSchema, env);
  const database = connectAuth(urls.database);
  const redis = connectRedis(urls.redis);
  await redis.connect().catch(() => undefined);
  const addresses = await openAddressData(env, createLogger('auth', env));
  const resources = createResources({ database, redis, addresses }, env);
  await resources.signingKeys.rotateWhenDue(systemClock());

  const cache = createCache({ domain: 'auth', redisUrl: urls.redis });
  const logger = createLogger('auth-relay', env);
  const relay = startOutboxRelay({ domain: 'auth', database, redisUrl: urls.redis, logger });

  const server = await startSubgraph({
    name: 'auth',
    schema,
    port,
    createContext: (scope) =>
      createContext({ database, resources, cache, afterCommit: relay.wake, ...scope }),
    isReady: () => canReach(database),
    routes: {
      ...jwksRoute(resources.signingKeys),
      ...verifySecretRoute(() => createContext({ database, resources, viewer: null }), env),
      ...requestRiskRoute(
        (circumstances) => createContext({ database, resources, afterCommit: relay.wake, ...circumstances }),
        env,
      ),
    },
    env,
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await relay.stop();
      cache.stop();
      redis.disconnect();
      await database.$disconnect();
    },
  };
}
