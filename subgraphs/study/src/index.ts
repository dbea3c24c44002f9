import { createCache } from '@studymate/cache';
import { canReach, connectReplicas } from '@studymate/database';
import { connectStudy } from '@studymate/database/study';
import { createLogger, databaseUrlOf, type RunningServer, readEnv, redisUrlOf } from '@studymate/runtime';
import { canReachObjects, connectObjectStore } from '@studymate/storage';
import { startOutboxRelay, startSubgraph } from '@studymate/subgraph-kit';
import { configSchema } from './config.ts';
import { createContext } from './context.ts';
import { createPageFetcher } from './material/fetch/page-fetcher.ts';
import { schema } from './schema.ts';

/** Starts the study subgraph. */
export async function start(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const { port } = readEnv(configSchema, env);
  const database = connectStudy(databaseUrlOf('study', env));
  const replicas = connectReplicas({ domain: 'study', primary: database, connect: connectStudy, env });
  const resources = { objects: connectObjectStore(env), fetchPage: createPageFetcher() };
  const cache = createCache({ domain: 'study', redisUrl: redisUrlOf(env) });
  const logger = createLogger('study-relay', env);
  const relay = startOutboxRelay({ domain: 'study', database, redisUrl: redisUrlOf(env), logger });
  const server = await startSubgraph({
    name: 'study',
    schema,
    port,
    env,
    isReady: () => canReach(database),
    providers: { objects: () => canReachObjects(env) },
    createContext: (scope) =>
      createContext({
        database: replicas.forRequest(scope),
        resources,
        cache,
        afterCommit: relay.wake,
        ...scope,
      }),
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await relay.stop();
      cache.stop();
      await replicas.stop();
      await database.$disconnect();
    },
  };
}
