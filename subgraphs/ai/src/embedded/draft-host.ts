import { Worker } from 'node:worker_threads';
import type { Draft } from '../draft/draft.ts';
import type { ProposedScore } from '../essay/assess.ts';
import type { EssayRequest, ThreadAnswer, ThreadRequest } from './draft-thread.ts';
import type { EmbeddedRequest } from './embedded-draft.ts';

interface Waiting {
  resolve(answer: ThreadAnswer): void;
  reject(error: Error): void;
}

/** Makes drafts, and reads essays, in a thread of its own. */
export interface DraftHost {
  draft(request: EmbeddedRequest, signal: AbortSignal): Promise<Draft>;
  /** Points to propose for an essay. */
  assess(essay: EssayRequest, signal: AbortSignal): Promise<ProposedScore[]>;
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

  const settle = (answer: ThreadAnswer) => {
    const request = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.problem === undefined) request?.resolve(answer);
    else request?.reject(new Error(answer.problem));
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

  const ask = async (work: WithoutId<ThreadRequest>, signal: AbortSignal): Promise<ThreadAnswer> => {
    signal.throwIfAborted();
    clearTimeout(idle);
    thread ??= begin();
    thread.ref();
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>();
    const abort = () => void end(new Error('The draft was aborted.'));
    signal.addEventListener('abort', abort, { once: true });
    waiting.set(id, { resolve, reject });
    thread.postMessage({ id, ...work });
    return promise.finally(() => signal.removeEventListener('abort', abort));
  };

  return {
    draft: async (request, signal) => {
      const { draft } = await ask({ request }, signal);
      if (!draft) throw new Error(nothing);
      return draft;
    },
    assess: async (essay, signal) => {
      const { scores } = await ask({ essay }, signal);
      if (!scores) throw new Error(nothing);
      return [...scores];
    },
    stop: () => end(new Error('The draft host was stopped.')),
  };
}

const nothing = 'The draft thread answered nothing.';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
