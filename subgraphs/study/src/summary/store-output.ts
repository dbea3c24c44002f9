import {
  type EventPayload,
  type FlashcardsOutput,
  flashcardsOutputSchema,
  type SummaryOutput,
  summaryOutputSchema,
} from '@studymate/contracts';
import type { Material } from '@studymate/database/study';
import { writeCards } from '../card/card.service.ts';
import type { Context } from '../context.ts';
import { writeDeck } from '../deck/deck.service.ts';
import { getSubjectOf } from '../subject/subject.service.ts';
import { createSpanChecker } from './source-span.ts';

type Produced = EventPayload<'ai.generation.produced'>;

const maxTitle = 120;
const shorten = (title: string) => Array.from(title).slice(0, maxTitle).join('');

interface Source {
  readonly material: Material;
  readonly isTrueSpan: ReturnType<typeof createSpanChecker>;
}

/** The revision that the output speaks of; throws when it is not the user's, as no honest generation says so. */
async function getSource(context: Context, produced: Produced): Promise<Source> {
  const { materialId, materialRevision: revision, userId } = produced;
  const material = await context.materials.find(materialId);
  const content = await context.materials.findContent(materialId, revision);
  if (!material || content === null || material.ownerId !== userId) {
    throw new Error(`Generation ${produced.generationId} speaks of a material that ${userId} does not have.`);
  }
  return { material, isTrueSpan: createSpanChecker(materialId, revision, content) };
}

async function readOutput(context: Context, { outputKey }: Produced): Promise<unknown> {
  const object = await context.objects.get(outputKey);
  if (!object) throw new Error(`The output ${outputKey} is not there.`);
  return JSON.parse(object.body.toString('utf8'));
}

async function storeSummary(context: Context, produced: Produced, output: SummaryOutput): Promise<void> {
  const { material, isTrueSpan } = await getSource(context, produced);
  if (!output.citations.every(isTrueSpan)) {
    throw new Error(`Generation ${produced.generationId} cites what the material does not say.`);
  }
  await context.summaries.create({
    id: produced.outputId,
    generationId: produced.generationId,
    materialId: material.id,
    materialRevision: produced.materialRevision,
    subjectId: material.subjectId,
    ownerId: material.ownerId,
    title: shorten(output.title),
    style: output.style,
    body: output.body,
    citations: output.citations,
    createdAt: context.now(),
  });
}

async function storeFlashcards(
  context: Context,
  produced: Produced,
  output: FlashcardsOutput,
): Promise<void> {
  const { generationId, outputId } = produced;
  if (await context.decks.findByGeneration(generationId)) return;
  const { material, isTrueSpan } = await getSource(context, produced);
  const grounded = output.cards.filter(({ sources }) => sources.every(isTrueSpan));
  if (grounded.length === 0) throw new Error(`No card of generation ${generationId} rests on the material.`);
  await context.learners.lock(material.ownerId);
  const subject = await getSubjectOf(context, material);
  const deck = await writeDeck(context, {
    id: outputId,
    subject,
    title: shorten(output.title),
    generationId,
  });
  const clock = await context.learners.clockOf(material.ownerId);
  const notes = grounded.map(({ front, back, cloze, sources: [source] }) => ({
    kind: cloze === undefined ? ('BASIC' as const) : ('CLOZE' as const),
    front,
    back,
    cloze: cloze ?? null,
    ...(source ? { source } : {}),
  }));
  await writeCards(context, { deck, notes, clock });
}

/**
 * Stores what AI made of a learner's material under the id that the generation promised: a summary, or a deck
 * of flashcards. Every citation is held against the text once more. Outputs of other kinds are not ours.
 */
export async function storeOutput(context: Context, produced: Produced): Promise<void> {
  const { kind, generationId, outputId } = produced;
  if (kind === 'SUMMARY') {
    await storeSummary(context, produced, summaryOutputSchema.parse(await readOutput(context, produced)));
  } else if (kind === 'FLASHCARDS') {
    await storeFlashcards(
      context,
      produced,
      flashcardsOutputSchema.parse(await readOutput(context, produced)),
    );
  } else return;
  await context.events.publish('study.output.stored', { generationId, outputId });
}
