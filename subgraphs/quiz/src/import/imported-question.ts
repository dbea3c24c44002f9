import type { Difficulty } from '@studymate/database/quiz';

/** A question as a file gives it, its body in the shape that `saveQuestion` takes; still to be checked. */
export interface ImportedQuestion {
  readonly kind: 'QUESTION';
  /** Where it begins, from 1. */
  readonly line: number;
  readonly title: string | null;
  readonly prompt: string;
  readonly explanation: string | null;
  readonly language?: string | null;
  readonly difficulty?: Difficulty | null;
  /** Decimal digits. */
  readonly defaultScore?: string | null;
  readonly tags?: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  /** What of the question could not be kept. */
  readonly notes: readonly string[];
}

export interface ImportProblem {
  readonly line: number | null;
  /** The title of the question, or the text that the problem is about. */
  readonly item: string | null;
  readonly message: string;
}

/** Something of a file that is no question, or none that can be read. */
export type NamedProblem = ImportProblem & { readonly kind: 'PROBLEM' };

/** Each thing a file says, in its order: what can be stored, and what cannot with its line. */
export type ImportedItem = ImportedQuestion | NamedProblem;

const longestItem = 80;

/** How a question is called in a report: by its title, or by how its text begins. */
export const nameItem = (title: string | null, text: string): string | null =>
  title || text.trim().replace(/\s+/g, ' ').slice(0, longestItem).toWellFormed() || null;

export const problemAt = (line: number | null, item: string | null, message: string): NamedProblem => ({
  kind: 'PROBLEM',
  line,
  item,
  message,
});
