import { canReach, connectReplicas } from '@studymate/database';
import { connectPersonalization } from '@studymate/database/personalization';
import { createLogger, databaseUrlOf, readEnv, redisUrlOf } from '@studymate/runtime';
import { startOutboxRelay, startSubgraph } from '@studymate/subgraph-kit';
import { configSchema } from './config.ts';
import { createContext } from './context.ts';
import { schema } from './schema.ts';

/** Starts the personalization subgraph: mastery and what to do next. */
export async function start(env: NodeJS.ProcessEnv = process.env) {
  const { port } = readEnv(configSchema, env);
  const database = connectPersonalization(databaseUrlOf('personalization', env));
  const replicas = connectReplicas({
    domain: 'personalization',
    primary: database,
    connect: connectPersonalization,
    env,
  });
  const logger = createLogger('personalization-relay');
  const relay = startOutboxRelay({ domain: 'personalization', database, redisUrl: redisUrlOf(env), logger });
  const server = await startSubgraph({
    name: 'personalization',
    schema,
    port,
    env,
    isReady: () => canReach(database),
    createContext: (scope) =>
      createContext({
        database: replicas.forRequest(scope),
        resources: {},
        afterCommit: relay.wake,
        ...scope,
      }),
  });
  const stop = async () => {
    await server.stop();
    await relay.stop();
    await replicas.stop();
    await database.$disconnect();
  };
  return { ...server, stop };
}
