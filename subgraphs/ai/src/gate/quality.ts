/** A rule of item writing (after Haladyna, Downing & Rodriguez 2002) that a question breaks. */
export interface ItemFlaw {
  readonly rule: FlawRule;
  /** The question's place in what the provider answered. */
  readonly questionIndex: number;
  readonly detail: string;
}

export const flawRules = [
  'KEY_NOT_AMONG_CHOICES',
  'SEVERAL_KEYS',
  'DUPLICATE_CHOICES',
  'DUPLICATE_QUESTION',
  'KEY_IS_LONGEST',
  'ALL_OF_THE_ABOVE',
  'UNMARKED_NEGATION',
  'ANSWER_IN_STEM',
  'WRONG_LANGUAGE',
  'NOT_GROUNDED',
  'MALFORMED_GAPS',
  'NOT_ANSWERABLE_FROM_SOURCE',
] as const;
export type FlawRule = (typeof flawRules)[number];

/** What the deterministic checks found in one output, before and after dropping what failed. */
export interface QualityReport {
  /** The share of items whose every quote is found in the material. */
  readonly groundedFraction: number;
  /** Items dropped because a quote is not in the material. */
  readonly uncitedClaims: number;
  readonly duplicateQuestions: number;
  readonly itemWritingFlaws: readonly ItemFlaw[];
  /** The share of questions whose answer stands in the passages they quote; null when there are no questions. */
  readonly answerableFromSource: number | null;
  readonly languageMatches: boolean;
  /** Enough is left after dropping what failed. */
  readonly passed: boolean;
}
