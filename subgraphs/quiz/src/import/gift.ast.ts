export type GiftFormat = 'html' | 'markdown' | 'plain' | 'moodle';

export interface GiftText {
  readonly format: GiftFormat;
  readonly text: string;
}

export interface GiftChoice {
  /** Marked with `=` rather than `~`. */
  readonly isCorrect: boolean;
  /** Per cent, as written. */
  readonly weight: string | null;
  readonly text: GiftText;
  readonly feedback: GiftText | null;
}

/** A number as written: `value`, `value:tolerance`, or `low..high`. */
export type GiftNumber =
  | { readonly form: 'EXACT'; readonly value: string }
  | { readonly form: 'TOLERANCE'; readonly value: string; readonly tolerance: string }
  | { readonly form: 'RANGE'; readonly low: string; readonly high: string };

export interface GiftNumericAnswer extends Omit<GiftChoice, 'text'> {
  /** Null stands for any other number. */
  readonly number: GiftNumber | null;
}

export type GiftAnswers =
  | { readonly type: 'DESCRIPTION' | 'ESSAY' }
  | {
      readonly type: 'TRUE_FALSE';
      readonly isTrue: boolean;
      /** What is said to the wrong answer, and then to the right one. */
      readonly feedbacks: readonly [GiftText | null, GiftText | null];
    }
  | { readonly type: 'CHOICE' | 'SHORT'; readonly choices: readonly GiftChoice[] }
  | {
      readonly type: 'MATCHING';
      readonly pairs: readonly { readonly left: GiftText; readonly right: string }[];
    }
  | { readonly type: 'NUMERICAL'; readonly isList: boolean; readonly answers: readonly GiftNumericAnswer[] };

export interface GiftQuestion {
  readonly kind: 'QUESTION';
  /** Where it begins, from 1. */
  readonly line: number;
  readonly id: string | null;
  readonly tags: readonly string[];
  readonly title: string | null;
  readonly stem: GiftText;
  /** The answers stand inside the sentence; `_____` marks their place in the stem. */
  readonly isEmbedded: boolean;
  readonly globalFeedback: GiftText | null;
  readonly answers: GiftAnswers;
}

export interface GiftCategory {
  readonly kind: 'CATEGORY';
  readonly line: number;
  readonly title: string;
}

/** Something a file says that cannot be understood. */
export interface GiftProblem {
  readonly kind: 'PROBLEM';
  readonly line: number;
  readonly title: string | null;
  /** What it says, as written. */
  readonly text: string;
  readonly message: string;
}

export type GiftItem = GiftQuestion | GiftCategory | GiftProblem;
