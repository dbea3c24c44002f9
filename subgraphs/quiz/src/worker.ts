import type { JobHandlers } from '@studymate/contracts';
import { connectQuiz } from '@studymate/database/quiz';
import { privacyEvents } from '@studymate/privacy';
import { processClock } from '@studymate/runtime';
import { connectObjectStore } from '@studymate/storage';
import { type Sweep, startDomainWorker } from '@studymate/subgraph-kit';
import {
  abandonForgottenAttempts,
  closeAttempt,
  createOverdueSweep,
  prepareToClose,
} from './attempt/attempt.jobs.ts';
import { readConfig } from './config.ts';
import { type Context, createContext } from './context.ts';
import { quizEvents } from './events.ts';
import { deleteOldFiles } from './file/question-file.service.ts';
import { runImport } from './import/question-import.run.ts';
import { calibrateQuestions } from './irt/irt.service.ts';
import { keepSharedQuizzes } from './privacy/shared-quiz.service.ts';
import { countAttempt, countUncountedAttempts } from './statistics/count-attempt.ts';

export const quizJobs = {
  closeAttempt,
  countAttempt,
  calibrateQuestions,
  importQuestions: runImport,
} satisfies JobHandlers<'quiz', Context>;

/** What is due by the clock. The first also closes attempts whose job was lost with Redis or a worker. */
const createSweeps = (): Sweep<Context>[] => [
  { name: 'closeOverdueAttempts', everyMs: 250, run: createOverdueSweep() },
  { name: 'deleteOldFiles', everyMs: 3_600_000, run: deleteOldFiles },
  { name: 'countUncountedAttempts', everyMs: 60_000, run: countUncountedAttempts },
  { name: 'abandonForgottenAttempts', everyMs: 3_600_000, run: abandonForgottenAttempts },
];

/** Starts the worker: closes attempts whose time is over, hears other domains' events. */
export async function startWorker(env: NodeJS.ProcessEnv = process.env): Promise<{ stop(): Promise<void> }> {
  const { databaseUrl, redisUrl } = readConfig(env);
  const database = connectQuiz(databaseUrl);
  const objects = connectObjectStore(env);
  const resources = { objects };
  const privacy = { domain: 'quiz', objects, redisUrl, beforeErasure: keepSharedQuizzes } as const;
  const now = processClock(env);
  // A database that is away at this moment is no reason not to start: the sweeps try again.
  await prepareToClose(createContext({ database, resources, viewer: null, now })).catch(() => undefined);
  const worker = await startDomainWorker({
    domain: 'quiz',
    database,
    redisUrl,
    createContext: (afterCommit) => createContext({ database, resources, viewer: null, now, afterCommit }),
    jobs: quizJobs,
    events: { ...quizEvents, ...privacyEvents<Context>(privacy) },
    sweeps: createSweeps(),
  });
  return {
    stop: async () => {
      await worker.stop();
      await database.$disconnect();
    },
  };
}
