import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { listGaps } from '../card/cloze.ts';
import { readMarkup } from '../material/extract/markup-text.ts';
import { UnreadableFileError } from '../material/extract/unreadable-file.ts';
import { type AnkiNotetype, bigintRows, readDeckNames, readNotetypes } from './anki-notetypes.ts';
import { openCollection } from './anki-package.ts';
import { type ReviewsByCard, readReviews } from './anki-reviews.ts';
import { clozeFieldOf, renderSide } from './anki-template.ts';
import { type ImportedNote, type ImportProblem, maxNotes, nameOf, type ReadDeck } from './imported-note.ts';

const fieldSeparator = '\u001f';
const suspendedQueue = -1;
const media = /<img\b|\[sound:/iu;

const noteSchema = z.object({
  id: z.coerce.string(),
  mid: z.coerce.string(),
  flds: z.coerce.string(),
  tags: z.coerce.string(),
});
const cardSchema = z.object({
  id: z.coerce.string(),
  nid: z.coerce.string(),
  did: z.coerce.string(),
  ord: z.coerce.number(),
  queue: z.coerce.number(),
});
type NoteRow = z.output<typeof noteSchema>;
type CardRow = z.output<typeof cardSchema>;

const toText = (html: string): string => readMarkup(html.replace(/\[sound:[^\]]*\]/gu, ''));

interface NoteSource {
  readonly notetype: AnkiNotetype;
  readonly values: ReadonlyMap<string, string>;
  readonly cards: readonly CardRow[];
  readonly reviews: ReviewsByCard;
}

function clozeSides({ notetype, values }: NoteSource) {
  const [template] = notetype.templates.values();
  const name = clozeFieldOf(template?.question ?? '') ?? notetype.fields[0] ?? '';
  const others = notetype.fields.filter((field) => field !== name).map((field) => values.get(field) ?? '');
  const back = others.map(toText).filter((text) => text !== '');
  return {
    kind: 'CLOZE' as const,
    front: '',
    back: back.join('\n\n'),
    cloze: toText(values.get(name) ?? ''),
    moreSides: [],
  };
}

/** The cards that the note has, each by its template; two that mirror each other are a reversed note. */
function plainSides({ notetype, values, cards }: NoteSource) {
  const sides = cards.flatMap(({ ord }) => {
    const template = notetype.templates.get(ord);
    if (!template) return [];
    return {
      front: toText(renderSide(template.question, values)),
      back: toText(renderSide(template.answer, values)),
    };
  });
  const [first = { front: '', back: '' }, ...rest] = sides;
  const [second] = rest;
  const isMirrored = rest.length === 1 && second?.front === first.back && second.back === first.front;
  return isMirrored
    ? { kind: 'REVERSED' as const, ...first, cloze: null, moreSides: [] }
    : { kind: 'BASIC' as const, ...first, cloze: null, moreSides: rest };
}

/** A tag for a deck below the top one, so that what was apart can still be told apart. */
function deckTags(cards: readonly CardRow[], decks: ReadonlyMap<string, string>, title: string): string[] {
  const names = new Set(cards.map(({ did }) => decks.get(did) ?? ''));
  return [...names].filter((name) => name !== '' && name !== title).map((name) => name.replace(/\s+/gu, '_'));
}

/** The first part that all names have in common, else the first of the names. */
function titleOf(names: readonly string[]): string | null {
  const tops = new Set(names.map((name) => name.split('::')[0] ?? name));
  if (names.length === 1) return names[0] ?? null;
  return [...tops][0] ?? null;
}

function readRows(collection: DatabaseSync): { notes: NoteRow[]; cards: Map<string, CardRow[]> } {
  const count = z
    .object({ count: z.number() })
    .parse(collection.prepare('select count(*) as count from notes').get()).count;
  if (count > maxNotes)
    throw new UnreadableFileError(`The package holds ${count} notes, more than ${maxNotes}.`);
  const notes = z
    .array(noteSchema)
    .parse(bigintRows(collection, 'select id, mid, flds, tags from notes order by id'));
  const cards = z
    .array(cardSchema)
    .parse(
      bigintRows(
        collection,
        `select id, nid, did, ord, queue from cards order by nid, ord limit ${maxNotes * 10}`,
      ),
    );
  return { notes, cards: Map.groupBy(cards, ({ nid }) => nid) };
}

/** The ordinals of the cards that are made of the note, in the order in which they are made. */
function ordinalsOf({ notetype, cards }: NoteSource, cloze: string | null): number[] {
  if (cloze !== null) return listGaps(cloze).map((number) => number - 1);
  return cards.map(({ ord }) => ord).filter((ord) => notetype.templates.has(ord));
}

function reviewsOf(source: NoteSource, cloze: string | null) {
  const ordinals = ordinalsOf(source, cloze);
  return source.cards
    .flatMap(({ id, ord }) =>
      (source.reviews.get(id) ?? []).map((review) => ({ ...review, card: ordinals.indexOf(ord) })),
    )
    .filter(({ card }) => card >= 0)
    .toSorted((one, other) => Number(one.reviewedAt) - Number(other.reviewedAt));
}

function readNote(row: NoteRow, source: NoteSource): ImportedNote {
  const sides = source.notetype.isCloze ? clozeSides(source) : plainSides(source);
  return {
    line: null,
    item: nameOf(sides.cloze ?? sides.front),
    ...sides,
    tags: row.tags.split(/\s+/u).filter((tag) => tag !== ''),
    suspended: source.cards.length > 0 && source.cards.every(({ queue }) => queue === suspendedQueue),
    reviews: reviewsOf(source, sides.cloze),
  };
}

function readCollection(collection: DatabaseSync): ReadDeck {
  const notetypes = readNotetypes(collection);
  const decks = readDeckNames(collection);
  const { reviews, problem } = readReviews(collection);
  const { notes: rows, cards } = readRows(collection);
  const used = new Set([...cards.values()].flat().map(({ did }) => decks.get(did) ?? ''));
  const title = titleOf([...used].filter((name) => name !== ''));
  const notes: ImportedNote[] = [];
  const problems: ImportProblem[] = problem === null ? [] : [{ line: null, item: null, message: problem }];
  for (const row of rows) {
    const own = cards.get(row.id) ?? [];
    const notetype = notetypes.get(row.mid);
    const texts = row.flds.split(fieldSeparator);
    const item = nameOf(toText(texts[0] ?? ''));
    if (!notetype || own.length === 0) {
      problems.push({
        line: null,
        item,
        message: notetype ? 'has no cards' : 'is of a type that is not there',
      });
      continue;
    }
    const values = new Map(notetype.fields.map((name, index) => [name, texts[index] ?? '']));
    const note = readNote(row, { notetype, values, cards: own, reviews });
    notes.push({ ...note, tags: [...note.tags, ...deckTags(own, decks, title ?? '')] });
    if (media.test(row.flds))
      problems.push({ line: null, item, message: 'its images and sounds are left out' });
  }
  return { title, notes, problems };
}

/** The notes of an Anki package of either format; throws UnreadableFileError when it is none. */
export function readAnki(body: Uint8Array): ReadDeck {
  const collection = openCollection(body);
  try {
    return readCollection(collection);
  } catch (error) {
    if (error instanceof UnreadableFileError) throw error;
    throw new UnreadableFileError('The collection in the package cannot be read.');
  } finally {
    collection.close();
  }
}
