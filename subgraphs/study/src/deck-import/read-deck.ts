import { z } from 'zod';
import { readInThread } from '../material/extract/reading-thread.ts';
import type { DeckFormat, ReadDeck } from './imported-note.ts';

const timeoutMs = 60_000;

const side = { front: z.string(), back: z.string() };
const deckSchema = z.object({
  title: z.string().nullable(),
  notes: z.array(
    z.object({
      line: z.int().nullable(),
      item: z.string(),
      kind: z.enum(['BASIC', 'REVERSED', 'CLOZE']),
      ...side,
      cloze: z.string().nullable(),
      moreSides: z.array(z.object(side)),
      tags: z.array(z.string()),
      suspended: z.boolean(),
      reviews: z.array(
        z.object({
          card: z.int().min(0),
          id: z.string(),
          grade: z.enum(['AGAIN', 'HARD', 'GOOD', 'EASY']),
          reviewedAt: z.coerce.date(),
          durationMs: z.int().min(0),
        }),
      ),
    }),
  ),
  problems: z.array(z.object({ line: z.int().nullable(), item: z.string().nullable(), message: z.string() })),
});

/** The notes of a file, read in a thread of its own; throws UnreadableFileError when it is not of its format. */
export async function readDeck(format: DeckFormat, body: Uint8Array): Promise<ReadDeck> {
  const url = new URL('./read-deck-thread.ts', import.meta.url);
  const workerData = { format, body: new Uint8Array(body) };
  return deckSchema.parse(await readInThread(url, { workerData, timeoutMs }));
}
