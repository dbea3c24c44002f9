import { Worker } from 'node:worker_threads';
import { UnreadableFileError } from './unreadable-file.ts';

const threadMemoryMb = 512;

/** What a reading thread answers: what it read, or why it could not. */
export type ThreadAnswer = { readonly read: unknown } | { readonly problem: string };

/**
 * Reads a file in a thread of its own, which the module at `url` is: what a hostile file can take is the time given and
 * half a gibibyte. Throws UnreadableFileError when it is not of its kind, too large or too slow.
 */
export async function readInThread(
  url: URL,
  { workerData, timeoutMs }: { readonly workerData: object; readonly timeoutMs: number },
): Promise<unknown> {
  const thread = new Worker(url, { workerData, resourceLimits: { maxOldGenerationSizeMb: threadMemoryMb } });
  const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>();
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
    return answer.read;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
