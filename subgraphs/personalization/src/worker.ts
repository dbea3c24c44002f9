import { connectPersonalization } from '@studymate/database/personalization';
import { databaseUrlOf, redisUrlOf } from '@studymate/runtime';
import { startDomainWorker } from '@studymate/subgraph-kit';
import { createContext } from './context.ts';
import { personalizationEvents } from './events.ts';

/** Learns from what others tell. */
export async function startWorker(env: NodeJS.ProcessEnv = process.env) {
  const database = connectPersonalization(databaseUrlOf('personalization', env));
  const worker = await startDomainWorker({
    domain: 'personalization',
    database,
    redisUrl: redisUrlOf(env),
    createContext: (afterCommit: () => void) =>
      createContext({ database, resources: {}, viewer: null, afterCommit }),
    jobs: {},
    events: personalizationEvents,
  });
  const stop = async () => {
    await worker.stop();
    await database.$disconnect();
  };
  return { stop };
}
