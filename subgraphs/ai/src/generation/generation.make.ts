import {
  type GenerationOutput,
  generationOutputSchema,
  type NodeTypename,
  newId,
  type SourceSpan,
} from '@studymate/contracts';
import type { CachedOutput, Generation, MaterialSource } from '@studymate/database/ai';
import type { Logger } from '@studymate/runtime';
import type { ObjectStore } from '@studymate/storage';
import { outputObjectKey } from '../cache/output-key.ts';
import type { Context } from '../context.ts';
import { costMicros, creditsFor, mostOutputTokens } from '../credit/price.ts';
import { type GateRequest, passGate } from '../gate/gate.ts';
import { studyLanguages } from '../language/language.ts';
import type { Breaker } from '../provider/breaker.ts';
import { type Attempt, type ChainResult, runChain } from '../provider/chain.ts';
import type { DraftRequest } from '../provider/provider.ts';
import { watchForCancel } from './cancellation.ts';
import { type Failure, failGeneration } from './generation.failure.ts';
import type { GenerationParameters } from './generation.input.ts';
import { countAttempt, countOutput } from './generation.metrics.ts';
import { tracedMaking } from './generation.trace.ts';

/** What making an output takes beside the database. */
export interface Workshop {
  readonly objects: Pick<ObjectStore, 'get' | 'put'>;
  readonly breakers: readonly Breaker[];
  readonly logger: Logger;
}

/** A generation in work. */
export interface Task {
  readonly generation: Generation;
  readonly source: MaterialSource;
  readonly text: string;
  readonly parameters: GenerationParameters;
  readonly models: readonly Breaker[];
  /** What the output depends on, as a digest. */
  readonly identity: string;
}

const outputTypes = { SUMMARY: 'Summary', QUIZ: 'Quiz', FLASHCARDS: 'Deck' } as const satisfies Record<
  string,
  NodeTypename
>;

/** Asks the models in turn and delivers the first answer that passes the gate; else the generation fails. */
export const makeOutput = (context: Context, workshop: Workshop, task: Task): Promise<void> =>
  tracedMaking(task, (onServed) => askModels(context, workshop, { task, onServed }));

async function askModels(
  context: Context,
  workshop: Workshop,
  { task, onServed }: { readonly task: Task; readonly onServed: (result: ChainResult) => void },
): Promise<void> {
  const { generation, models } = task;
  const cancellation = watchForCancel(context, generation.id);
  const tried = await context.attempts.countOf(generation.id);
  let number = tried;
  try {
    const result = await runChain(models, draftRequestOf(task), {
      now: context.now,
      signal: cancellation.signal,
      check: (draft) => passGate(draft, gateRequestOf(task)),
      onAttempt: async (attempt) => {
        number += 1;
        countAttempt(attempt);
        if (attempt.problem)
          workshop.logger.warn({ generationId: generation.id, ...factsOf(attempt) }, 'attempt failed');
        await context.attempts.append({ ...rowOf(attempt), generationId: generation.id, number });
      },
    });
    onServed(result);
    if (!cancellation.signal.aborted) await conclude(context, workshop, { task, result });
  } finally {
    cancellation.stop();
  }
}

async function conclude(
  context: Context,
  workshop: Workshop,
  { task, result: { served, attempts } }: { readonly task: Task; readonly result: ChainResult },
): Promise<void> {
  const output = served?.result.output;
  if (!served || !output) {
    const answered = attempts.at(-1)?.outcome === 'INVALID_OUTPUT';
    await failGeneration(context, task.generation.id, answered ? nothingSound : noProvider);
    return;
  }
  const providerCostMicros = served.usage ? costMicros(served.model, served.usage) : 0;
  await deliver(context, workshop, {
    task,
    output,
    quality: served.result.quality,
    cacheHit: false,
    credits: Math.min(task.generation.maxCredits, creditsFor(providerCostMicros)),
    providerCostMicros,
  });
}

const noProvider: Failure = {
  code: 'PROVIDER_UNAVAILABLE',
  message: 'No provider could answer. Nothing was spent; please try again.',
  retryable: true,
};
const nothingSound: Failure = {
  code: 'VALIDATION',
  message: 'Nothing sound could be made from this text. A longer one, or one that explains more, may work.',
  retryable: false,
};

interface Delivery {
  readonly task: Task;
  readonly output: GenerationOutput;
  readonly quality: object;
  readonly cacheHit: boolean;
  readonly credits: number;
  readonly providerCostMicros: number;
}

/** Stores the output and tells whoever keeps outputs of its kind; nothing when it was canceled meanwhile. */
async function deliver(context: Context, workshop: Workshop, delivery: Delivery): Promise<void> {
  const { task, output, quality, cacheHit, credits, providerCostMicros } = delivery;
  const { id, kind, userId, subjectId, materialId, materialRevision, language } = task.generation;
  const outputKey = outputObjectKey(kind, task.identity, id);
  const outputId = newId(outputTypes[kind]);
  await workshop.objects.put(outputKey, JSON.stringify(output), 'application/json');
  await context.transaction(async (inner) => {
    const produced = await inner.generations.updateWhere(
      { id, state: 'RUNNING', producedAt: null },
      { outputId, outputKey, quality, cacheHit, credits, providerCostMicros, producedAt: inner.now() },
    );
    if (!cacheHit) await inner.cachedOutputs.settle(task.identity, { outputKey, quality });
    if (!produced) return;
    countOutput(kind, cacheHit);
    await inner.events.publish('ai.generation.produced', {
      generationId: id,
      userId,
      kind,
      subjectId,
      materialId,
      materialRevision,
      language,
      outputId,
      outputKey,
    });
  });
}

/** Gives the learner an output that was made before, over their own copy of the text. It costs nothing. */
export async function reuseOutput(
  context: Context,
  workshop: Workshop,
  { task, cached }: { readonly task: Task; readonly cached: CachedOutput & { readonly outputKey: string } },
): Promise<void> {
  const object = await workshop.objects.get(cached.outputKey);
  const earlier = object && generationOutputSchema.safeParse(JSON.parse(object.body.toString('utf8')));
  if (!earlier?.success) {
    await context.cachedOutputs.forget(cached.key);
    await context.jobs.enqueue('generateAiSummary', { generationId: task.generation.id });
    return;
  }
  await deliver(context, workshop, {
    task,
    output: overOwnCopy(earlier.data, task.source),
    quality: Object(cached.quality),
    cacheHit: true,
    credits: 0,
    providerCostMicros: 0,
  });
  await context.cachedOutputs.touch(cached.key, context.now());
}

function overOwnCopy(
  output: GenerationOutput,
  { materialId, revision, title }: MaterialSource,
): GenerationOutput {
  const own = (span: SourceSpan): SourceSpan => ({ ...span, materialId, revision });
  if (output.kind === 'SUMMARY') return { ...output, title, citations: output.citations.map(own) };
  return output.kind === 'QUIZ'
    ? {
        ...output,
        title,
        questions: output.questions.map((question) => ({ ...question, sources: question.sources.map(own) })),
      }
    : { ...output, title, cards: output.cards.map((card) => ({ ...card, sources: card.sources.map(own) })) };
}

const languageOf = ({ generation }: Task) =>
  studyLanguages.find((known) => known === generation.language) ?? 'en';

const draftRequestOf = (task: Task): DraftRequest => ({
  ...task.parameters,
  kind: task.generation.kind,
  title: task.source.title,
  text: task.text,
  language: languageOf(task),
  maxOutputTokens: mostOutputTokens({
    kind: task.generation.kind,
    charCount: task.source.charCount,
    count: task.parameters.count,
  }),
});

const gateRequestOf = (task: Task): GateRequest => ({
  source: { materialId: task.source.materialId, revision: task.source.revision, text: task.text },
  language: languageOf(task),
  title: task.source.title,
  style: task.parameters.style,
  difficulty: task.parameters.difficulty ?? 'MEDIUM',
});

const factsOf = ({ model, outcome, httpStatus, latencyMs, problem }: Attempt) => ({
  provider: model.provider,
  model: model.name,
  outcome,
  httpStatus,
  latencyMs,
  problem,
});

const rowOf = ({ model, usage, startedAt, latencyMs, outcome, httpStatus, timeToFirstTokenMs }: Attempt) => ({
  provider: model.provider,
  model: model.name,
  startedAt,
  latencyMs,
  outcome,
  httpStatus,
  timeToFirstTokenMs,
  inputTokens: usage?.inputTokens ?? null,
  cachedInputTokens: usage?.cachedInputTokens ?? null,
  outputTokens: usage?.outputTokens ?? null,
  reasoningTokens: usage?.reasoningTokens ?? null,
});
