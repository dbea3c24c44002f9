import { conflict, invalidInput, newId, notFound, wrongState } from '@studymate/contracts';
import type { Generation, GenerationKind, MaterialSource } from '@studymate/database/ai';
import {
  onceByKey,
  type PageArguments,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import type { GenerationInput } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { promptVersion } from '../provider/prompt.ts';
import { type ParsedInput, parseGenerationInput } from './generation.input.ts';
import { cursorOf, type GenerationPage } from './generation.page.ts';
import { getSource, planFor } from './generation.plan.ts';
import { canReadGeneration } from './generation.policy.ts';

/** More than this unfinished at once is no learner any more. */
const mostOpen = 100;

/** The generation, or null when it does not exist or is not the viewer's to read. */
export async function findGeneration(context: Context, id: string): Promise<Generation | null> {
  const generation = await context.generations.find(id);
  return generation && canReadGeneration(context.viewer, generation) ? generation : null;
}

/** The viewer's own generations; null for those of anybody else. */
export async function listGenerationsOf(
  context: Context,
  userId: string,
  { kind = null, ...pageArguments }: PageArguments & { readonly kind?: GenerationKind | null | undefined },
): Promise<GenerationPage | null> {
  if (context.viewer?.id !== userId) return null;
  const page = parsePage(pageArguments);
  const rows = await context.generations.listOwnedBy(userId, kind, page);
  return {
    ...toConnection(rows, page, cursorOf),
    count: () => context.generations.countOwnedBy(userId, kind),
  };
}

/** What the viewer has had made from a material, whoever owns it. */
export async function listGenerationsOfMaterial(
  context: Context,
  materialId: string,
  pageArguments: PageArguments,
): Promise<GenerationPage | null> {
  const userId = context.viewer?.id;
  if (userId === undefined) return null;
  const page = parsePage(pageArguments, { fallback: 10 });
  const rows = await context.generations.listOfMaterial({ materialId, userId, page });
  return {
    ...toConnection(rows, page, cursorOf),
    count: () => context.generations.countOfMaterial(materialId, userId),
  };
}

/** Queues a generation and asks for its credits, once per key. */
export async function startGeneration(
  context: Context,
  { input, idempotencyKey }: { readonly input: GenerationInput; readonly idempotencyKey: string },
): Promise<Generation> {
  const parsed = parseGenerationInput(input);
  const source = await getSource(context, parsed);
  return onceByKey(
    context,
    { mutation: 'startGeneration', key: idempotencyKey, body: input },
    {
      run: (inner) => queueGeneration(inner, parsed, source),
      replay: (inner, id) => getGeneration(inner, id),
    },
  );
}

async function getGeneration(context: Context, id: string): Promise<Generation> {
  const generation = await findGeneration(context, id);
  if (!generation) throw notFound('Generation');
  return generation;
}

async function queueGeneration(
  context: Context,
  parsed: ParsedInput,
  source: MaterialSource,
): Promise<Generation> {
  const viewer = requireViewer(context);
  const { maxCredits, language } = planFor(context, parsed, source);
  if ((await context.generations.countOpen(viewer.id)) >= mostOpen) {
    throw conflict(`At most ${mostOpen} generations can be under way at once.`);
  }
  const generation = await context.generations.create({
    id: newId('Generation'),
    userId: viewer.id,
    kind: parsed.kind,
    state: 'QUEUED',
    materialId: source.materialId,
    materialRevision: source.revision,
    subjectId: source.subjectId,
    title: source.title,
    language,
    parameters: parsed.parameters,
    promptVersion,
    maxCredits,
    createdAt: context.now(),
  });
  const { id: generationId, userId, kind } = generation;
  await context.events.publish('ai.credits.requested', { generationId, userId, kind, maxCredits });
  return generation;
}

/** Stops what is not made yet and gives its credits back. */
export async function cancelGeneration(context: Context, id: string): Promise<Generation | null> {
  const generation = await findGeneration(context, id);
  if (!generation) return null;
  return context.transaction(async (inner) => {
    const canceled = await inner.generations.updateWhere(
      { id, state: { in: ['QUEUED', 'RUNNING'] }, producedAt: null },
      { state: 'CANCELED', credits: 0, finishedAt: inner.now() },
    );
    if (canceled) await announceFinished(inner, await getGeneration(inner, id));
    return getGeneration(inner, id);
  });
}

/** Tells billing and the learner how a generation ended. The row is in a final state. */
export async function announceFinished(context: Context, generation: Generation): Promise<void> {
  const { id, userId, kind, state, credits, title, outputId, finishedAt } = generation;
  if (state === 'QUEUED' || state === 'RUNNING') throw new Error(`Generation ${id} is not finished.`);
  await context.events.publish('ai.generation.finished', {
    generationId: id,
    userId,
    kind,
    state,
    credits: credits ?? 0,
    title,
    outputId: state === 'SUCCEEDED' ? outputId : null,
    finishedAt: (finishedAt ?? context.now()).toISOString(),
  });
}

const longestComment = 2_000;

/** Keeps what the learner thought of the output; null when the generation is not theirs. */
export async function rateGeneration(
  context: Context,
  {
    id,
    rating,
    comment = null,
  }: { readonly id: string; readonly rating: number; readonly comment?: string | null | undefined },
): Promise<Generation | null> {
  if (!Number.isInteger(rating) || rating < 1 || rating > 5) {
    throw invalidInput(['rating'], 'rating: must be 1 to 5', 'range');
  }
  if (comment !== null && comment.length > longestComment) {
    throw invalidInput(['comment'], `comment: must be at most ${longestComment} characters`, 'too_big');
  }
  const generation = await findGeneration(context, id);
  if (!generation) return null;
  if (generation.state !== 'SUCCEEDED') {
    throw wrongState('Only a generation that succeeded can be rated.', generation.state, ['SUCCEEDED']);
  }
  await context.generations.updateWhere({ id }, { rating, ratingComment: comment, ratedAt: context.now() });
  return findGeneration(context, id);
}
