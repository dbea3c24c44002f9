import { Worker } from 'node:worker_threads';
import type { Draft } from '../draft/draft.ts';
import type { EmbeddedRequest } from './embedded-draft.ts';

interface Answer {
  readonly id: number;
  readonly draft?: Draft;
  readonly problem?: string;
}

interface Waiting {
  resolve(draft: Draft): void;
  reject(error: Error): void;
}

/** Makes drafts in a thread of its own. */
export interface DraftHost {
  draft(request: EmbeddedRequest, signal: AbortSignal): Promise<Draft>;
  stop(): Promise<void>;
}

const keepMs = 60_000;

/**
 * Reads and writes in a thread, so that a long text never holds up the process that also keeps locks and hears
 * events. The thread starts with the first request, and ends, giving back the language data's memory, after a
 * minute without one. An abort ends it too, since nothing else stops a computation.
 */
export function createDraftHost(idleMs = keepMs): DraftHost {
  let thread: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  const end = async (reason: Error) => {
    const ending = thread;
    thread = null;
    clearTimeout(idle);
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
    await ending?.terminate();
  };

  const settle = ({ id, draft, problem }: Answer) => {
    const request = waiting.get(id);
    waiting.delete(id);
    if (draft) request?.resolve(draft);
    else request?.reject(new Error(problem ?? 'The draft thread answered nothing.'));
    if (waiting.size === 0) {
      thread?.unref();
      idle = setTimeout(() => void end(new Error('The draft thread was idle.')), idleMs);
      idle.unref();
    }
  };

  const begin = (): Worker => {
    const started = new Worker(new URL('./draft-thread.ts', import.meta.url));
    started.on('message', settle);
    started.on('error', (error) => void end(error instanceof Error ? error : new Error(String(error))));
    return started;
  };

  return {
    draft: (request, signal) =>
      new Promise<Draft>((resolve, reject) => {
        signal.throwIfAborted();
        clearTimeout(idle);
        thread ??= begin();
        thread.ref();
        const id = ++lastId;
        const abort = () => void end(new Error('The draft was aborted.'));
        signal.addEventListener('abort', abort, { once: true });
        const free = () => signal.removeEventListener('abort', abort);
        waiting.set(id, {
          resolve: (draft) => {
            free();
            resolve(draft);
          },
          reject: (error) => {
            free();
            reject(error);
          },
        });
        thread.postMessage({ id, request });
      }),
    stop: () => end(new Error('The draft host was stopped.')),
  };
}
