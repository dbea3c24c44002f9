import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { decodeText } from '../material/extract/extract-text.ts';
import { UnreadableFileError } from '../material/extract/unreadable-file.ts';
import { type DeckFormat, deckFormats, type ReadDeck } from './imported-note.ts';
import { readAnki } from './read-anki.ts';
import { readCsv } from './read-csv.ts';
import { readMarkdown } from './read-markdown.ts';

const readers: Readonly<Record<DeckFormat, (body: Uint8Array) => ReadDeck>> = {
  APKG: readAnki,
  CSV: (body) => readCsv(decodeText(body), ','),
  TSV: (body) => readCsv(decodeText(body), '\t'),
  MARKDOWN: (body) => readMarkdown(decodeText(body)),
};
const { format, body } = z
  .object({ format: z.enum(deckFormats), body: z.instanceof(Uint8Array) })
  .parse(workerData);

try {
  parentPort?.postMessage({ read: readers[format](body) });
} catch (error) {
  if (!(error instanceof UnreadableFileError)) throw error;
  parentPort?.postMessage({ problem: error.message });
}
