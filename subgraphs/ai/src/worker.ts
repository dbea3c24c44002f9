import { connectAi } from '@studymate/database/ai';
import { privacyEvents } from '@studymate/privacy';
import { createLogger, processClock } from '@studymate/runtime';
import { connectObjectStore } from '@studymate/storage';
import { startDomainWorker } from '@studymate/subgraph-kit';
import { forgetUnusedOutputs } from './cache/cached-output.sweep.ts';
import { readConfig } from './config.ts';
import { type Context, createContext } from './context.ts';
import { createDraftHost } from './embedded/draft-host.ts';
import { essayEvents } from './essay/essay.events.ts';
import { generationEvents } from './generation/generation.events.ts';
import { generationJobs } from './generation/generation.jobs.ts';
import { sweepStuckGenerations } from './generation/generation.sweep.ts';
import { reportCircuit } from './model/circuit.service.ts';
import { defaultBreakerOptions } from './provider/breaker.ts';
import { createBreakers } from './provider/breakers.ts';
import { connectProviders } from './provider/connect.ts';

/** Starts the worker: calls the models, hears other domains' events, and looks after what got stuck. */
export async function startWorker(env: NodeJS.ProcessEnv = process.env): Promise<{ stop(): Promise<void> }> {
  const { databaseUrl, redisUrl, models, timeoutMs } = readConfig(env);
  const database = connectAi(databaseUrl);
  const logger = createLogger('ai-generation', env);
  const objects = connectObjectStore(env);
  const now = processClock(env);
  const system = createContext({ database, resources: { models }, viewer: null, now });
  const host = createDraftHost();
  const options = { ...defaultBreakerOptions, timeoutMs };
  const breakers = createBreakers(
    connectProviders(models, host, env),
    options,
    reportCircuit(system, logger),
  );
  const worker = await startDomainWorker({
    domain: 'ai',
    database,
    redisUrl,
    createContext: (afterCommit) =>
      createContext({ database, resources: { models }, viewer: null, now, afterCommit }),
    jobs: generationJobs({ objects, breakers, logger }),
    events: {
      ...generationEvents,
      ...essayEvents(host),
      ...privacyEvents<Context>({ domain: 'ai', objects, redisUrl }),
    },
    sweeps: [
      { name: 'sweepStuckGenerations', everyMs: 15_000, run: sweepStuckGenerations },
      { name: 'forgetUnusedOutputs', everyMs: 3_600_000, run: forgetUnusedOutputs },
    ],
  });
  return {
    stop: async () => {
      await worker.stop();
      for (const breaker of breakers) breaker.stop();
      await host.stop();
      await database.$disconnect();
    },
  };
}
