import { parentPort } from 'node:worker_threads';
import { draftFromText, type EmbeddedRequest } from './embedded-draft.ts';

/** What the thread is told, and what it answers with. */
export interface ThreadRequest {
  readonly id: number;
  readonly request: EmbeddedRequest;
}

parentPort?.on('message', ({ id, request }: ThreadRequest) => {
  draftFromText(request).then(
    (draft) => parentPort?.postMessage({ id, draft }),
    (error: unknown) => parentPort?.postMessage({ id, problem: String(error) }),
  );
});
