import { type Exact, zero } from './fraction.ts';

/** What a rule of the key says of a response, before rounding. */
export interface Credit {
  readonly credit: Exact;
  /** What the author wrote for the rules that matched, in the key's order. */
  readonly feedback: readonly string[];
}

export const noCredit: Credit = { credit: zero, feedback: [] };
