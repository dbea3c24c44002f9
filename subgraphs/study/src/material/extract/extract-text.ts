import { z } from 'zod';
import { readInThread } from './reading-thread.ts';
import { UnreadableFileError } from './unreadable-file.ts';

/** What a text can be read from: the kinds of material, and pages of the web. */
export type FileKind = 'NOTE' | 'TRANSCRIPT' | 'PDF' | 'DOCX' | 'EPUB' | 'HTML';

const threadTimeoutMs = 60_000;

/** UTF-8, or UTF-16 with a byte order mark; throws UnreadableFileError for anything else. */
export function decodeText(body: Uint8Array): string {
  const [first, second] = body;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch {
    throw new UnreadableFileError('The file is no text in UTF-8 or UTF-16.');
  }
}

/** Reads the text in a thread of its own. */
async function extractInThread(kind: FileKind, body: Uint8Array, timeoutMs: number): Promise<string> {
  const url = new URL('./extract-thread.ts', import.meta.url);
  const workerData = { kind, body: new Uint8Array(body) };
  return z.string().parse(await readInThread(url, { workerData, timeoutMs }));
}

/** The text of a file, as Markdown where its kind has headings; throws UnreadableFileError when it is not of its kind. */
export const extractText = async (
  kind: FileKind,
  body: Uint8Array,
  { timeoutMs = threadTimeoutMs } = {},
): Promise<string> =>
  kind === 'NOTE' || kind === 'TRANSCRIPT' ? decodeText(body) : extractInThread(kind, body, timeoutMs);
