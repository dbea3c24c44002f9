import { createHash } from 'node:crypto';
import type { DraftKind } from '../draft/draft.ts';

/** All that an output depends on. Whose material it is does not matter: the same text gives the same output. */
export interface OutputIdentity {
  readonly kind: DraftKind;
  readonly text: string;
  readonly language: string;
  readonly parameters: object;
  readonly promptVersion: string;
  /** The models that may serve, in turn: another list may give another output. */
  readonly models: readonly string[];
}

/** A digest of everything that decides an output. */
export function outputIdentity({ text, ...rest }: OutputIdentity): string {
  const content = createHash('sha256').update(text).digest('hex');
  const canonical = JSON.stringify([
    content,
    rest.kind,
    rest.language,
    rest.promptVersion,
    rest.models,
    sorted(rest.parameters),
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}

const sorted = (parameters: object) => Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));

const folders: Readonly<Record<DraftKind, string>> = {
  SUMMARY: 'summaries',
  QUIZ: 'quizzes',
  FLASHCARDS: 'flashcards',
};

/** Where one generation's output is kept; the generation's id makes it unguessable. */
export const outputObjectKey = (kind: DraftKind, identity: string, generationId: string): string =>
  `ai-generated/${folders[kind]}/${identity}/${generationId}.json`;
