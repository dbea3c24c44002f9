import { createCache } from '@studymate/cache';
import { canReach, connectReplicas } from '@studymate/database';
import { connectQuiz } from '@studymate/database/quiz';
import { createLogger, type RunningServer } from '@studymate/runtime';
import { canReachObjects, connectObjectStore } from '@studymate/storage';
import { startOutboxRelay, startSubgraph } from '@studymate/subgraph-kit';
import { readConfig } from './config.ts';
import { createContext } from './context.ts';
import { schema } from './schema.ts';

export { startWorker } from './worker.ts';

/** Starts the quiz subgraph: banks, quizzes, attempts, results. */
export async function start(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const { port, databaseUrl, redisUrl } = readConfig(env);
  const database = connectQuiz(databaseUrl);
  const replicas = connectReplicas({ domain: 'quiz', primary: database, connect: connectQuiz, env });
  const resources = { objects: connectObjectStore(env) };
  const cache = createCache({ domain: 'quiz', redisUrl });
  const logger = createLogger('quiz-relay', env);
  const relay = startOutboxRelay({ domain: 'quiz', database, redisUrl, logger });
  const server = await startSubgraph({
    name: 'quiz',
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
