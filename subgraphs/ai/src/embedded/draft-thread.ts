import { parentPort } from 'node:worker_threads';
import type { Draft } from '../draft/draft.ts';
import { assessEssay, type ProposedScore, type SubmittedEssay } from '../essay/assess.ts';
import { loadReader, type StudyLanguage } from '../language/language.ts';
import { draftFromText, type EmbeddedRequest } from './embedded-draft.ts';

/** An essay to propose points for. */
export interface EssayRequest extends SubmittedEssay {
  readonly language: StudyLanguage;
}

/** What the thread is told, and what it answers with. */
export type ThreadRequest = { readonly id: number } & (
  | { readonly request: EmbeddedRequest }
  | { readonly essay: EssayRequest }
);

export interface ThreadAnswer {
  readonly id: number;
  readonly draft?: Draft;
  readonly scores?: readonly ProposedScore[];
  readonly problem?: string;
}

async function work(asked: ThreadRequest): Promise<Omit<ThreadAnswer, 'id'>> {
  if ('request' in asked) return { draft: await draftFromText(asked.request) };
  return { scores: assessEssay(asked.essay, await loadReader(asked.essay.language)) };
}

parentPort?.on('message', (asked: ThreadRequest) => {
  work(asked).then(
    (answer) => parentPort?.postMessage({ id: asked.id, ...answer }),
    (error: unknown) => parentPort?.postMessage({ id: asked.id, problem: String(error) }),
  );
});
