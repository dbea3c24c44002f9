import { newRowId, notFound, wrongState } from '@studymate/contracts';
import type { PresetOptimization, SchedulerPreset } from '@studymate/database/study';
import type { Context } from '../context.ts';
import { getPreset } from './preset.service.ts';
import { type Training, trainParameters } from './train-parameters.ts';

/** Below this many reviews on later days the standard parameters are the better guess (Anki's older bound). */
const minReviews = 400;
const maxReviews = 50_000;

/** Asks for the preset's parameters to be trained; throws STATE when it has too few reviews. */
export async function optimizePreset(context: Context, presetId: string): Promise<SchedulerPreset> {
  return context.transaction(async (inner) => {
    const preset = await getPreset(inner, presetId);
    const usable = await inner.optimizations.countUsable(preset.id, minReviews);
    if (usable < minReviews) {
      const message = `Only ${usable} reviews follow an earlier study day; ${minReviews} are wanted.`;
      throw wrongState(message, 'TOO_FEW_REVIEWS', []);
    }
    const id = newRowId();
    const isNew = await inner.optimizations.open({ id, presetId: preset.id, requestedAt: inner.now() });
    if (isNew) await inner.jobs.enqueue('optimizePreset', { optimizationId: id });
    return preset;
  });
}

/** Whether a training may replace the parameters, and why. */
function judge({ before, after }: Training): { accepted: boolean; reason: string } {
  if (!before || !after) return { accepted: false, reason: 'There are too few reviews to hold some out.' };
  const figures = `${before.logLoss.toFixed(4)} before, ${after.logLoss.toFixed(4)} after`;
  return after.logLoss < before.logLoss
    ? { accepted: true, reason: `The held-out reviews are predicted better: log-loss ${figures}.` }
    : { accepted: false, reason: `The held-out reviews are not predicted better: log-loss ${figures}.` };
}

/**
 * Trains a preset and, when what was held out is predicted better, makes a new version of it. A job: doing it again
 * after it is done changes nothing. A preset that was changed meanwhile keeps its other settings.
 */
export async function runOptimization(
  context: Context,
  { optimizationId }: { readonly optimizationId: string },
): Promise<void> {
  const optimization = await context.optimizations.find(optimizationId);
  if (!optimization || optimization.finishedAt) return;
  const preset = await context.presets.find(optimization.presetId);
  if (!preset) throw notFound('SchedulerPreset');
  const reviews = await context.optimizations.listReviews(preset.id, maxReviews);
  const training = await trainParameters(reviews, {
    present: preset.parameters,
    relearningSteps: preset.relearningStepsMinutes.length,
  });
  const { accepted, reason } = judge(training);
  await context.transaction(async (inner) => {
    const at = inner.now();
    await inner.optimizations.finish({
      id: optimizationId,
      finishedAt: at,
      reviewsUsed: reviews.length,
      logLossBefore: training.before?.logLoss ?? null,
      logLossAfter: training.after?.logLoss ?? null,
      rmseBinsBefore: training.before?.rmseBins ?? null,
      rmseBinsAfter: training.after?.rmseBins ?? null,
      accepted,
      reason,
    });
    if (accepted) await inner.presets.retrain(preset.id, { parameters: training.parameters, at });
  });
}

/** The last finished training of a preset, as a report. */
export async function findReport(context: Context, presetId: string) {
  const { last } = await context.optimizations.of(presetId);
  return last && toReport(last);
}

const toReport = ({ finishedAt, requestedAt, reason, ...figures }: PresetOptimization) => ({
  ...figures,
  at: finishedAt ?? requestedAt,
  reason: reason ?? '',
});

export const isOptimizing = async (context: Context, presetId: string): Promise<boolean> =>
  (await context.optimizations.of(presetId)).isOpen;
