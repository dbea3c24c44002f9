import { connectPersonalization } from '@studymate/database/personalization';
import { privacyEvents } from '@studymate/privacy';
import { databaseUrlOf, redisUrlOf } from '@studymate/runtime';
import { connectObjectStore } from '@studymate/storage';
import { startDomainWorker } from '@studymate/subgraph-kit';
import { type Context, createContext } from './context.ts';
import { personalizationEvents } from './events.ts';

/** Learns from what others tell. */
export async function startWorker(env: NodeJS.ProcessEnv = process.env) {
  const database = connectPersonalization(databaseUrlOf('personalization', env));
  const redisUrl = redisUrlOf(env);
  const privacy = { domain: 'personalization', objects: connectObjectStore(env), redisUrl } as const;
  const worker = await startDomainWorker({
    domain: 'personalization',
    database,
    redisUrl,
    createContext: (afterCommit: () => void) =>
      createContext({ database, resources: {}, viewer: null, afterCommit }),
    jobs: {},
    events: { ...personalizationEvents, ...privacyEvents<Context>(privacy) },
  });
  const stop = async () => {
    await worker.stop();
    await database.$disconnect();
  };
  return { stop };
}
