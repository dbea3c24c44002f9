import { DomainError } from '@studymate/contracts';
import type { DeckImportJob } from '@studymate/database/study';
import { cardSchema, maxCards, type Note, writeCards } from '../card/card.service.ts';
import type { Context } from '../context.ts';
import { writeDeck } from '../deck/deck.service.ts';
import { UnreadableFileError } from '../material/extract/unreadable-file.ts';
import { titleSchema } from '../subject/subject.service.ts';
import type { ImportedNote, ImportProblem, ReadDeck } from './imported-note.ts';
import { readDeck } from './read-deck.ts';
import { writeHistory } from './write-history.ts';

const notesPerBatch = 250;
const maxProblemsKept = 1_000;

type CheckedNote = Note & Pick<ImportedNote, 'reviews'>;

/** A file's notes that can become cards, and what is said of the others. */
interface CheckedDeck {
  readonly title: string | null;
  readonly notes: readonly CheckedNote[];
  readonly skipped: number;
  readonly problems: readonly ImportProblem[];
}

function checkNote(note: ImportedNote): CheckedNote | ImportProblem {
  const { kind, front, back, cloze, moreSides, suspended, reviews } = note;
  const tags = [...new Set(note.tags.map((tag) => tag.normalize('NFC')))];
  for (const sides of [{ front, back }, ...moreSides]) {
    const parsed = cardSchema.safeParse({ kind, ...sides, cloze, tags });
    const [issue] = parsed.error?.issues ?? [];
    if (issue)
      return { line: note.line, item: note.item, message: `${issue.path.join('.')}: ${issue.message}` };
  }
  return { kind, front, back, cloze, tags, moreSides, suspended, reviews };
}

/** Holds each note against what a card may be, and leaves out those that read the same as one before. */
function checkDeck({ title, notes, problems }: ReadDeck): CheckedDeck {
  const seen = new Set<string>();
  const kept: CheckedNote[] = [];
  const found = [...problems];
  for (const note of notes) {
    const checked = checkNote(note);
    if ('message' in checked) {
      found.push(checked);
      continue;
    }
    const key = JSON.stringify([checked.kind, checked.front, checked.back, checked.cloze, checked.moreSides]);
    if (!seen.has(key)) kept.push(checked);
    seen.add(key);
  }
  const skipped = notes.length - kept.length - (found.length - problems.length);
  const ordered = found.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
  return { title, notes: kept, skipped, problems: ordered };
}

async function readUpload(context: Context, job: DeckImportJob): Promise<CheckedDeck> {
  const upload = await context.uploads.find(job.uploadId);
  const object = upload && (await context.objects.get(upload.key));
  if (!object) throw new UnreadableFileError('The file is no longer there.');
  const deck = checkDeck(await readDeck(job.format, object.body));
  if (deck.notes.length === 0)
    throw new UnreadableFileError('The file holds no note that can become a card.');
  return deck;
}

/** What the deck is called: as asked, as in the file, or as the file. */
function titleFor(job: DeckImportJob, deck: CheckedDeck): string {
  const inFile = titleSchema.safeParse(deck.title);
  return !job.titled && inFile.success ? inFile.data : job.title;
}

/** One batch in a transaction of its own, with how far the import is by it; the deck comes with the first. */
async function writeBatch(context: Context, job: DeckImportJob, deck: CheckedDeck): Promise<DeckImportJob> {
  return context.transaction(async (inner) => {
    await inner.learners.lock(job.ownerId);
    const subject = await inner.subjects.find(job.subjectId);
    if (!subject) throw new UnreadableFileError('The subject is no longer there.');
    const known = await inner.decks.find(job.deckId);
    const target = known ?? (await writeDeck(inner, { id: job.deckId, subject, title: titleFor(job, deck) }));
    const notes = deck.notes.slice(job.notesDone, job.notesDone + notesPerBatch);
    const clock = await inner.learners.clockOf(job.ownerId);
    const cards = await writeCards(inner, { deck: target, notes, clock });
    const byNote = [...Map.groupBy(cards, ({ noteId }) => noteId).values()];
    const histories = notes.map(({ reviews }, index) => ({ cards: byNote[index] ?? [], reviews }));
    await writeHistory(inner, histories, { deck: target, clock });
    return inner.deckImports.update(job.id, {
      status: 'RUNNING',
      notesDone: job.notesDone + notes.length,
      created: job.created + cards.length,
    });
  });
}

/** The file has no use once its deck is there. */
async function deleteFile(context: Context, { uploadId }: DeckImportJob): Promise<void> {
  const upload = await context.uploads.find(uploadId);
  if (upload) await context.objects.delete(upload.key);
}

const cardsOf = ({ kind, cloze, moreSides = [] }: Note): number =>
  kind === 'REVERSED'
    ? 2
    : kind === 'CLOZE'
      ? new Set(cloze?.match(/\{\{c\d+/gu)).size
      : 1 + moreSides.length;

async function writeDeckOf(context: Context, job: DeckImportJob, deck: CheckedDeck): Promise<number> {
  const total = deck.notes.reduce((sum, note) => sum + cardsOf(note), 0);
  if (job.dryRun) return total;
  const used = await context.cards.countOwnedBy(job.ownerId);
  if (used + total - job.created > maxCards) {
    throw new UnreadableFileError(`With ${total} more cards there would be more than ${maxCards}.`);
  }
  let current = job;
  while (current.notesDone < deck.notes.length) current = await writeBatch(context, current, deck);
  return current.created;
}

/** Ends an import for a reason that is the file's; anything else is tried again. */
async function fail(context: Context, job: DeckImportJob, error: unknown): Promise<void> {
  if (!(error instanceof UnreadableFileError) && !(error instanceof DomainError)) throw error;
  const problems = [{ line: null, item: null, message: error.message }];
  await context.deckImports.update(job.id, {
    status: 'FAILED',
    problems,
    problemCount: 1,
    finishedAt: context.now(),
  });
}

/**
 * Reads a file and makes it a deck, in batches. A job: it goes on where it was cut off, and doing it again after it is
 * done changes nothing.
 */
export async function runImport(
  context: Context,
  { importId }: { readonly importId: string },
): Promise<void> {
  const job = await context.deckImports.find(importId);
  if (!job || job.status === 'DONE' || job.status === 'FAILED') return;
  try {
    const deck = await readUpload(context, job);
    const created = await writeDeckOf(context, job, deck);
    await context.deckImports.update(job.id, {
      status: 'DONE',
      created,
      skipped: deck.skipped,
      problemCount: deck.problems.length,
      problems: deck.problems.slice(0, maxProblemsKept).map((problem) => ({ ...problem })),
      finishedAt: context.now(),
    });
    if (!job.dryRun) await deleteFile(context, job);
  } catch (error) {
    await fail(context, job, error);
  }
}
