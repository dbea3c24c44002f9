import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { extractDocx } from './extract-docx.ts';
import { extractEpub } from './extract-epub.ts';
import { extractPdf } from './extract-pdf.ts';
import { UnreadableFileError } from './unreadable-file.ts';

const readers = { PDF: extractPdf, DOCX: extractDocx, EPUB: extractEpub };
const { kind, body } = z
  .object({ kind: z.enum(['PDF', 'DOCX', 'EPUB']), body: z.instanceof(Uint8Array) })
  .parse(workerData);

try {
  parentPort?.postMessage({ text: await readers[kind](body) });
} catch (error) {
  if (!(error instanceof UnreadableFileError)) throw error;
  parentPort?.postMessage({ problem: error.message });
}
