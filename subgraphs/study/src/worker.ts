import type { EventHandlers, JobHandlers, PrivacyEvent } from '@studymate/contracts';
import { connectStudy } from '@studymate/database/study';
import { privacyEvents } from '@studymate/privacy';
import { databaseUrlOf, processClock, redisUrlOf } from '@studymate/runtime';
import { connectObjectStore } from '@studymate/storage';
import { startDomainWorker } from '@studymate/subgraph-kit';
import { type Context, createContext } from './context.ts';
import { runImport } from './deck-import/import-job.ts';
import { cleanUp, updateUserStats } from './maintenance/maintenance.jobs.ts';
import { createPageFetcher } from './material/fetch/page-fetcher.ts';
import { ingestMaterial } from './material/ingest.service.ts';
import { runOptimization } from './preset/optimization.service.ts';
import { abandonIdleSessions } from './session/session-end.ts';
import { storeOutput } from './summary/store-output.ts';
import { countLevel, countQuiz, saveLearner } from './user/learner.events.ts';

export const studyEvents = {
  'auth.user.registered': saveLearner,
  'auth.user.updated': saveLearner,
  'quiz.attempt.graded': countQuiz,
  'ai.generation.produced': storeOutput,
  'personalization.mastery.changed': countLevel,
} satisfies Omit<EventHandlers<'study', Context>, PrivacyEvent>;

export const studyJobs = {
  ingestMaterial,
  importDeck: runImport,
  optimizePreset: runOptimization,
  updateUserStats,
  cleanupOldData: cleanUp,
} satisfies JobHandlers<'study', Context>;

const sweeps = [
  { name: 'abandonIdleSessions', everyMs: 30_000, run: abandonIdleSessions },
  { name: 'cleanUp', everyMs: 3_600_000, run: cleanUp },
];

/** Starts what study does without being asked. */
export async function startWorker(env: NodeJS.ProcessEnv = process.env): Promise<{ stop(): Promise<void> }> {
  const database = connectStudy(databaseUrlOf('study', env));
  const objects = connectObjectStore(env);
  const redisUrl = redisUrlOf(env);
  const resources = { objects, fetchPage: createPageFetcher() };
  const now = processClock(env);
  const worker = await startDomainWorker({
    domain: 'study',
    database,
    redisUrl,
    createContext: (afterCommit) => createContext({ database, resources, viewer: null, now, afterCommit }),
    jobs: studyJobs,
    events: { ...studyEvents, ...privacyEvents<Context>({ domain: 'study', objects, redisUrl }) },
    sweeps,
  });
  return {
    stop: async () => {
      await worker.stop();
      await database.$disconnect();
    },
  };
}
