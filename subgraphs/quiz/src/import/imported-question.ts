/** A question as a file gives it, in the shape that `saveQuestion` takes; still to be checked. */
export interface ImportedQuestion {
  readonly line: number;
  readonly title: string | null;
  readonly prompt: string;
  readonly explanation: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** What of the question could not be kept. */
  readonly notes: readonly string[];
}

export interface ImportProblem {
  readonly line: number;
  readonly item: string | null;
  readonly message: string;
}

/** Everything that a file says: what can be stored, and what cannot with its line. */
export interface ImportedFile {
  readonly questions: readonly ImportedQuestion[];
  readonly problems: readonly ImportProblem[];
}
