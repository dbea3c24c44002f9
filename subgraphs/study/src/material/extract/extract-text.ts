import { Worker } from 'node:worker_threads';
import type { MaterialKind } from '@studymate/database/study';
import { UnreadableFileError } from './unreadable-file.ts';

const threadTimeoutMs = 60_000;
const threadMemoryMb = 512;

type Answer = { readonly text: string } | { readonly problem: string };

/** UTF-8, or UTF-16 with a byte order mark. */
function decodeText(body: Uint8Array): string {
  const [first, second] = body;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch {
    throw new UnreadableFileError('The file is no text in UTF-8 or UTF-16.');
  }
}

/** Reads a file in a thread of its own: what a hostile file can take is a minute and half a gibibyte of it. */
async function extractInThread(kind: MaterialKind, body: Uint8Array, timeoutMs: number): Promise<string> {
  const thread = new Worker(new URL('./extract-thread.ts', import.meta.url), {
    workerData: { kind, body: new Uint8Array(body) },
    resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => resolve({ problem: 'The file takes too long to read.' }), timeoutMs);
  thread.once('message', resolve);
  thread.once('error', (error: NodeJS.ErrnoException) =>
    error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? resolve({ problem: 'The file is too large to read.' })
      : reject(error),
  );
  thread.once('exit', () => reject(new Error('The reading thread ended without an answer.')));
  try {
    const answer = await promise;
    if ('problem' in answer) throw new UnreadableFileError(answer.problem);
    return answer.text;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

/** The text of a file, as Markdown where its kind has headings; throws UnreadableFileError when it is not of its kind. */
export const extractText = async (
  kind: MaterialKind,
  body: Uint8Array,
  { timeoutMs = threadTimeoutMs } = {},
): Promise<string> =>
  kind === 'NOTE' || kind === 'TRANSCRIPT' ? decodeText(body) : extractInThread(kind, body, timeoutMs);
