import { newId, notFound, quotaExceeded } from '@studymate/contracts';
import type { Deck, SchedulerPreset, Subject } from '@studymate/database/study';
import {
  onceByKey,
  type PageArguments,
  parseInput,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import type { DeckPage } from '../counted-page.ts';
import { createdKeyOf } from '../keyset.ts';
import { ownOrNull, requireOwn } from '../ownership.policy.ts';
import { ensureDefaultPreset, getPreset } from '../preset/preset.service.ts';
import { getSubject, titleSchema } from '../subject/subject.service.ts';

const maxDecks = 1_000;

/** The deck, or null when it does not exist or is not the viewer's. */
export const findDeck = async (context: Context, id: string): Promise<Deck | null> =>
  ownOrNull(context.viewer, await context.decks.find(id));

export const getDeck = async (context: Context, id: string): Promise<Deck> =>
  requireOwn(context.viewer, await context.decks.find(id), 'Deck');

/** The deck that a card belongs to. */
export async function getDeckOf(context: Context, { deckId }: { deckId: string }): Promise<Deck> {
  const deck = await context.decks.find(deckId);
  if (!deck) throw notFound('Deck');
  return deck;
}

export async function getPresetOf(context: Context, { presetId }: Deck): Promise<SchedulerPreset> {
  const preset = await context.presets.find(presetId);
  if (!preset) throw notFound('SchedulerPreset');
  return preset;
}

export async function listDecksOf(
  context: Context,
  subject: Subject,
  page: PageArguments,
): Promise<DeckPage> {
  const parsed = parsePage(page);
  const rows = await context.decks.listOf(subject.id, parsed);
  return { ...toConnection(rows, parsed, createdKeyOf), count: () => context.decks.countOf(subject.id) };
}

export interface DeckPlan {
  readonly id: string;
  readonly subject: Subject;
  readonly title: string;
  readonly presetId?: string | null;
  readonly generationId?: string;
}

/** Writes a deck and tells the world, the owner being locked. */
export async function writeDeck(context: Context, { subject, presetId, ...plan }: DeckPlan): Promise<Deck> {
  const { ownerId } = subject;
  const used = await context.decks.countOwnedBy(ownerId);
  if (used >= maxDecks) throw quotaExceeded('decks', { limit: maxDecks, used });
  const preset = presetId ? await getPreset(context, presetId) : await ensureDefaultPreset(context, ownerId);
  const row = { ...plan, subjectId: subject.id, ownerId, presetId: preset.id, createdAt: context.now() };
  const deck = await context.decks.create(row);
  const { id: deckId, subjectId, title } = deck;
  await context.events.publish('study.deck.created', { deckId, subjectId, ownerId, title });
  return deck;
}

export interface NewDeck {
  readonly subjectId: string;
  readonly title: string;
  readonly presetId?: string | null | undefined;
  readonly idempotencyKey: string;
}

/** Creates a deck, once per key, under the preset or the learner's standard one. */
export async function createDeck(context: Context, { idempotencyKey, ...input }: NewDeck): Promise<Deck> {
  const viewer = requireViewer(context);
  const title = parseInput(titleSchema, 'title', input.title);
  const { subjectId, presetId = null } = input;
  return onceByKey(
    context,
    { mutation: 'createDeck', key: idempotencyKey, body: { subjectId, title, presetId } },
    {
      run: async (inner) => {
        const subject = await getSubject(inner, subjectId);
        await inner.learners.lock(viewer.id);
        return writeDeck(inner, { id: newId('Deck'), subject, title, presetId });
      },
      replay: getDeck,
    },
  );
}
