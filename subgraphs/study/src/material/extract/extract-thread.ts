import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { extractDocx } from './extract-docx.ts';
import { extractEpub } from './extract-epub.ts';
import { extractHtml } from './extract-html.ts';
import { extractPdf } from './extract-pdf.ts';
import { UnreadableFileError } from './unreadable-file.ts';

const readers = { PDF: extractPdf, DOCX: extractDocx, EPUB: extractEpub, HTML: extractHtml };
const { kind, body } = z
  .object({ kind: z.enum(['PDF', 'DOCX', 'EPUB', 'HTML']), body: z.instanceof(Uint8Array) })
  .parse(workerData);

try {
  parentPort?.postMessage({ read: await readers[kind](body) });
} catch (error) {
  if (!(error instanceof UnreadableFileError)) throw error;
  parentPort?.postMessage({ problem: error.message });
}
