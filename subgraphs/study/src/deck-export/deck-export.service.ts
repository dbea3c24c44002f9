import { newRowId, quotaExceeded } from '@studymate/contracts';
import type { DeckFormat } from '@studymate/database/study';
import { newObjectKey } from '@studymate/storage';
import type { Context } from '../context.ts';
import { getDeck } from '../deck/deck.service.ts';
import { type ExportedNote, toNotes } from './exported-note.ts';
import { writeApkg } from './write-apkg.ts';
import { writeCsv, writeMarkdown } from './write-text.ts';

const maxCards = 20_000;

interface Written {
  readonly body: Uint8Array | string;
  readonly contentType: string;
  readonly ending: string;
}

interface Plan {
  readonly title: string;
  readonly notes: readonly ExportedNote[];
  readonly at: Date;
}

const writers: Readonly<Record<DeckFormat, (plan: Plan) => Written>> = {
  APKG: (plan) => ({ body: writeApkg(plan), contentType: 'application/apkg', ending: 'apkg' }),
  CSV: ({ notes }) => ({ body: writeCsv(notes, ','), contentType: 'text/csv; charset=utf-8', ending: 'csv' }),
  TSV: ({ notes }) => ({
    body: writeCsv(notes, '\t'),
    contentType: 'text/tab-separated-values; charset=utf-8',
    ending: 'tsv',
  }),
  MARKDOWN: ({ title, notes }) => ({
    body: writeMarkdown(title, notes),
    contentType: 'text/markdown; charset=utf-8',
    ending: 'md',
  }),
};

/** Puts the deck into a file that its owner may fetch for 15 minutes. It is swept a day later, as a forgotten upload is. */
export async function exportDeck(
  context: Context,
  { deckId, format }: { readonly deckId: string; readonly format: DeckFormat },
) {
  const deck = await getDeck(context, deckId);
  const used = await context.cards.countOf(deck.id);
  if (used > maxCards) throw quotaExceeded('cards in an exported deck', { limit: maxCards, used });
  const notes = toNotes(await context.cards.listForExport(deck.id, maxCards));
  const { body, contentType, ending } = writers[format]({ title: deck.title, notes, at: context.now() });
  const key = newObjectKey({ kind: 'export' });
  const { sha256, byteSize } = await context.objects.put(key, body, contentType);
  const { url, expiresAt } = await context.objects.presignGet(key, `${deck.title}.${ending}`);
  const filename = `${deck.title}.${ending}`;
  const file = { id: newRowId(), ownerId: deck.ownerId, key, filename, contentType, byteSize };
  await context.uploads.create({ ...file, createdAt: context.now(), expiresAt });
  return { __typename: 'DeckExport' as const, downloadUrl: url, sha256, expiresAt };
}
