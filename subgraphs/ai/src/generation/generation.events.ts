import type { EventHandlers, PrivacyEvent } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { failGeneration } from './generation.failure.ts';
import { announceFinished } from './generation.service.ts';

/** Queues the work once credits are set aside. One that was canceled meanwhile gave them back already. */
async function beginWork(context: Context, generationId: string): Promise<void> {
  const now = context.now();
  const begun = await context.generations.updateWhere(
    { id: generationId, state: 'QUEUED', reservedAt: null },
    { reservedAt: now, enqueuedAt: now },
  );
  if (begun) await context.jobs.enqueue('generateAiSummary', { generationId });
}

/** The output is where the learner finds it: the generation is done, and its credits are spent. */
async function succeed(
  context: Context,
  { generationId, outputId }: { generationId: string; outputId: string },
): Promise<void> {
  const stored = await context.generations.updateWhere(
    { id: generationId, outputId, state: 'RUNNING', producedAt: { not: null } },
    { state: 'SUCCEEDED', finishedAt: context.now() },
  );
  const generation = stored ? await context.generations.findFresh(generationId) : null;
  if (generation) await announceFinished(context, generation);
}

/** What ai hears of other domains. */
export const generationEvents = {
  'study.material.ready': (context, source) => context.materials.save(source),
  'billing.credits.reserved': (context, { generationId }) => beginWork(context, generationId),
  'billing.credits.refused': (context, { generationId, reason }) =>
    failGeneration(context, generationId, { code: 'QUOTA_EXCEEDED', message: reason, retryable: false }),
  'billing.credits.changed': (context, { userId, available }) =>
    context.balances.save(userId, available, context.now()),
  'study.output.stored': succeed,
  'quiz.output.stored': succeed,
} satisfies Omit<EventHandlers<'ai', Context>, PrivacyEvent | 'quiz.essay.submitted'>;
