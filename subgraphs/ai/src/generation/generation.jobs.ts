import type { JobHandlers } from '@studymate/contracts';
import type { Context } from '../context.ts';
import type { Workshop } from './generation.make.ts';
import { runGeneration } from './generation.run.ts';

/** The job is named after its first kind; it makes quizzes and flashcards too. */
export const generationJobs = (workshop: Workshop) =>
  ({
    generateAiSummary: (context, { generationId }) => runGeneration(context, workshop, generationId),
  }) satisfies JobHandlers<'ai', Context>;
