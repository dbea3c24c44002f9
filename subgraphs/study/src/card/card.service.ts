import {
  conflict,
  invalidInput,
  newId,
  newRowId,
  notFound,
  quotaExceeded,
  type SourceSpan,
} from '@studymate/contracts';
import type { Card, CardKind, Deck, Prisma } from '@studymate/database/study';
import {
  onceByKey,
  type PageArguments,
  parseInput,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import type { CardPage } from '../counted-page.ts';
import { getDeck } from '../deck/deck.service.ts';
import { createdKeyOf } from '../keyset.ts';
import { ownOrNull, requireOwn } from '../ownership.policy.ts';
import { generalSkillCode } from '../subject/subject.service.ts';
import { clockOfViewer, dayOf, type LearnerClock } from '../user/learner-clock.ts';
import { clozeOf, listGaps } from './cloze.ts';

export const maxCards = 100_000;
const side = z.string().max(20_000);
const tagsSchema = z.array(z.string().trim().min(1).max(60)).max(30);

export const cardSchema = z
  .object({
    kind: z.enum(['BASIC', 'REVERSED', 'CLOZE']).default('BASIC'),
    front: side,
    back: side,
    cloze: side.nullish(),
    tags: tagsSchema.nullish(),
    skillIds: z.array(z.string()).max(20).nullish(),
  })
  .superRefine(({ kind, front, back, cloze }, refusal) => {
    const refuse = (path: string, message: string) =>
      refusal.addIssue({ code: 'custom', path: [path], message });
    if (kind === 'CLOZE') {
      if (listGaps(cloze ?? '').length === 0) refuse('cloze', 'has no gap such as {{c1::answer}}');
    } else {
      if (front.trim() === '') refuse('front', 'is empty');
      if (back.trim() === '') refuse('back', 'is empty');
    }
  });

/** The card, or null when it does not exist or is not the viewer's. */
export const findCard = async (context: Context, id: string): Promise<Card | null> =>
  ownOrNull(context.viewer, await context.cards.find(id));

export const getCard = async (context: Context, id: string): Promise<Card> =>
  requireOwn(context.viewer, await context.cards.find(id), 'Card');

/** The card that a review is about. */
export async function getCardOf(context: Context, { cardId }: { cardId: string }): Promise<Card> {
  const card = await context.cards.find(cardId);
  if (!card) throw notFound('Card');
  return card;
}

export async function listCardsOf(context: Context, deck: Deck, page: PageArguments): Promise<CardPage> {
  const parsed = parsePage(page, { fallback: 50 });
  const rows = await context.cards.listOf(deck.id, parsed);
  return { ...toConnection(rows, parsed, createdKeyOf), count: () => context.cards.countOf(deck.id) };
}

/** What a note says; one or more cards are made of it. */
export interface Note {
  readonly kind: CardKind;
  readonly front: string;
  readonly back: string;
  readonly cloze?: string | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly skillIds?: readonly string[] | null | undefined;
  readonly source?: SourceSpan | undefined;
  /** Further cards of the note beside those of its kind. */
  readonly moreSides?: readonly { readonly front: string; readonly back: string }[];
  readonly suspended?: boolean;
}

/** The sides of the cards of a note: one, two when reversed, one for each gap number of a cloze. */
function sidesOf({
  kind,
  front,
  back,
  cloze,
  moreSides = [],
}: Note): { front: string; back: string; cloze: string | null }[] {
  if (kind === 'CLOZE') {
    const text = cloze ?? '';
    return listGaps(text).map((number) => ({ front, back, cloze: clozeOf(text, number) }));
  }
  const straight = { front, back, cloze: null };
  if (kind === 'REVERSED') return [straight, { front: back, back: front, cloze: null }];
  return [straight, ...moreSides.map((sides) => ({ ...sides, cloze: null }))];
}

interface NewCards {
  readonly deck: Deck;
  readonly notes: readonly Note[];
  readonly clock: LearnerClock;
}

async function readGeneralSkill(context: Context, { subjectId }: Deck): Promise<readonly string[]> {
  const skill = await context.skills.findByCode(subjectId, generalSkillCode);
  return skill ? [skill.id] : [];
}

/** Writes the cards of notes, in their order, the owner being locked. Without skills they practise the general one. */
export async function writeCards(context: Context, { deck, notes, clock }: NewCards): Promise<Card[]> {
  const used = await context.cards.countOwnedBy(deck.ownerId);
  if (used + notes.length > maxCards) throw quotaExceeded('cards', { limit: maxCards, used });
  const general = await readGeneralSkill(context, deck);
  const createdAt = context.now();
  const createdDay = dayOf(clock, createdAt);
  const place = { deckId: deck.id, subjectId: deck.subjectId, ownerId: deck.ownerId, createdAt, createdDay };
  const cards: (Prisma.CardCreateManyInput & { id: string })[] = [];
  const links: Prisma.CardSkillCreateManyInput[] = [];
  for (const note of notes) {
    const noteId = newRowId();
    const { kind, tags, source, suspended = false } = note;
    for (const sides of sidesOf(note)) {
      const id = newId('Card');
      cards.push({
        id,
        noteId,
        kind,
        ...place,
        ...sides,
        tags: [...(tags ?? [])],
        suspended,
        ...(source ? { source } : {}),
      });
      for (const skillId of new Set(note.skillIds?.length ? note.skillIds : general))
        links.push({ cardId: id, skillId });
    }
  }
  const rows = await context.cards.createMany(cards, links);
  await recountDays(context, { clock, subjectId: deck.subjectId, days: [createdDay] });
  return rows;
}

async function requireSkills(context: Context, deck: Deck, notes: readonly Note[]): Promise<void> {
  const ids = [...new Set(notes.flatMap(({ skillIds }) => skillIds ?? []))];
  const found = await context.skills.listByIds(ids);
  if (ids.some((id) => found.find((skill) => skill.id === id)?.subjectId !== deck.subjectId))
    throw notFound('Skill');
}

export type NoteInput = Omit<Note, 'kind' | 'source' | 'moreSides' | 'suspended'> & {
  readonly kind?: CardKind | undefined;
};

export interface CardsInput {
  readonly deckId: string;
  readonly cards: readonly NoteInput[];
  readonly idempotencyKey: string;
}

const idSeparator = ',';

/** Creates up to 100 notes' cards, all or none, once per key. */
export async function createCards(context: Context, input: CardsInput): Promise<{ cards: Card[] }> {
  const clock = clockOfViewer(requireViewer(context));
  const { deckId, idempotencyKey } = input;
  if (input.cards.length < 1 || input.cards.length > 100)
    throw invalidInput(['cards'], 'cards: 1 to 100', 'range');
  const notes = input.cards.map((note, index) => parseInput(cardSchema, ['cards', String(index)], note));
  return onceByKey(
    context,
    { mutation: 'createCards', key: idempotencyKey, body: { deckId, notes } },
    {
      run: async (inner) => {
        const deck = await getDeck(inner, deckId);
        await inner.learners.lock(clock.userId);
        await requireSkills(inner, deck, notes);
        const cards = await writeCards(inner, { deck, notes, clock });
        return { id: cards.map(({ id }) => id).join(idSeparator), cards };
      },
      replay: async (inner, id) => ({ id, cards: await inner.cards.listByIds(id.split(idSeparator)) }),
    },
  );
}

export interface CardChange {
  readonly id: string;
  readonly front?: string | null | undefined;
  readonly back?: string | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly suspended?: boolean | null | undefined;
  readonly expectedVersion: number;
}

/** Changes what is given; throws CONFLICT with the current version when somebody was faster. */
export async function updateCard(context: Context, change: CardChange): Promise<Card> {
  const card = await getCard(context, change.id);
  const { front, back, tags, suspended } = change;
  const filled = card.kind === 'CLOZE' ? side : side.trim().min(1);
  const updated = await context.cards.update(card.id, change.expectedVersion, {
    ...(front === undefined || front === null ? {} : { front: parseInput(filled, 'front', front) }),
    ...(back === undefined || back === null ? {} : { back: parseInput(filled, 'back', back) }),
    ...(tags ? { tags: parseInput(tagsSchema, 'tags', tags) } : {}),
    ...(suspended === undefined || suspended === null ? {} : { suspended }),
  });
  if (updated) return updated;
  throw conflict('The card has changed in the meantime.', (await getCard(context, change.id)).version);
}
