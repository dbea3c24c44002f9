import { canReach, connectReplicas } from '@studymate/database';
import { connectAi } from '@studymate/database/ai';
import { createLogger, type RunningServer } from '@studymate/runtime';
import { canReachObjects } from '@studymate/storage';
import { startOutboxRelay, startSubgraph } from '@studymate/subgraph-kit';
import { readConfig } from './config.ts';
import { createContext } from './context.ts';
import { vendorChecks } from './provider/connect.ts';
import { schema } from './schema.ts';

export { startWorker } from './worker.ts';

/** Starts the ai subgraph: generations, their progress and cost. The models themselves are called by the worker. */
export async function start(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const { port, databaseUrl, redisUrl, models } = readConfig(env);
  const database = connectAi(databaseUrl);
  const replicas = connectReplicas({ domain: 'ai', primary: database, connect: connectAi, env });
  const relay = startOutboxRelay({ domain: 'ai', database, redisUrl, logger: createLogger('ai-relay', env) });
  const resources = { models };
  const server = await startSubgraph({
    name: 'ai',
    schema,
    port,
    env,
    isReady: () => canReach(database),
    providers: { objects: () => canReachObjects(env), ...vendorChecks(env) },
    createContext: (scope) =>
      createContext({ database: replicas.forRequest(scope), resources, afterCommit: relay.wake, ...scope }),
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
