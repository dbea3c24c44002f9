import { outputIdentity } from '../cache/output-key.ts';
import type { Context } from '../context.ts';
import { affordableModels } from '../credit/price.ts';
import { studyLanguages } from '../language/language.ts';
import { modelId } from '../model/model.ts';
import type { Breaker } from '../provider/breaker.ts';
import { type Failure, failGeneration } from './generation.failure.ts';
import { parametersSchema } from './generation.input.ts';
import { makeOutput, reuseOutput, type Task, type Workshop } from './generation.make.ts';

/** Longer than all providers together may take. */
const leaseMs = 120_000;
const waitForOtherMs = 1_000;

/**
 * Makes a generation's output: from an earlier one of the same text and wishes, else by asking the models in turn.
 * Safe to run again after a crash, and in two workers at once: one output has one maker.
 */
export async function runGeneration(context: Context, workshop: Workshop, id: string): Promise<void> {
  const task = await openTask(context, workshop, id);
  if (!task) return;
  const { generation, identity } = task;
  const now = context.now();
  const claim = await context.cachedOutputs.claim({
    key: identity,
    kind: generation.kind,
    makerId: id,
    now,
    leaseMs,
  });
  if (claim.status === 'BUSY') {
    await context.jobs.enqueue(
      'generateAiSummary',
      { generationId: id },
      { runAt: new Date(Date.now() + waitForOtherMs) },
    );
    return;
  }
  if (claim.status === 'READY') {
    await reuseOutput(context, workshop, { task, cached: claim.output });
    return;
  }
  try {
    await makeOutput(context, workshop, task);
  } finally {
    await context.cachedOutputs.release(identity, id);
  }
}

/** Takes the generation into work, or answers null when there is nothing (more) to make. */
async function openTask(context: Context, workshop: Workshop, id: string): Promise<Task | null> {
  const generation = await context.generations.findFresh(id);
  if (!generation || generation.reservedAt === null || generation.producedAt !== null) return null;
  if (generation.state !== 'QUEUED' && generation.state !== 'RUNNING') return null;
  const startedAt = generation.startedAt ?? context.now();
  await context.generations.updateWhere({ id, state: 'QUEUED' }, { state: 'RUNNING', startedAt });

  const source = await context.materials.find(generation.materialId, generation.materialRevision);
  const object = source && (await workshop.objects.get(source.contentKey));
  if (!source || !object) {
    await failGeneration(context, id, missingText);
    return null;
  }
  const text = object.body.toString('utf8');
  const parameters = parametersSchema.parse(generation.parameters);
  const models = modelsFor(context, workshop, { generation, source, parameters });
  const identity = outputIdentity({
    kind: generation.kind,
    text,
    language: generation.language,
    parameters,
    promptVersion: generation.promptVersion,
    models: models.map(({ model }) => modelId(model)),
  });
  return { generation, source, text, parameters, models, identity };
}

const missingText: Failure = {
  code: 'NOT_FOUND',
  message: 'The text of the material is no longer there.',
  retryable: false,
};

/** The models that the reservation pays for; the embedded one cannot translate. */
function modelsFor(
  context: Context,
  { breakers }: Workshop,
  { generation, source, parameters }: Pick<Task, 'generation' | 'source' | 'parameters'>,
): Breaker[] {
  const request = { kind: generation.kind, charCount: source.charCount, count: parameters.count };
  const own = studyLanguages.find((known) => known === source.language.split('-')[0]) ?? 'en';
  const affordable = affordableModels(context.models, request, generation.maxCredits);
  return breakers.filter(
    ({ model }) =>
      affordable.some((each) => modelId(each) === modelId(model)) &&
      (model.provider !== 'embedded' || generation.language === own),
  );
}
