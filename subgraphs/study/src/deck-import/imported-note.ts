/** A review that was made elsewhere. */
export interface ImportedReview {
  /** Which of the note's cards it was of, from 0. */
  readonly card: number;
  /** Unique within the file. */
  readonly id: string;
  readonly grade: 'AGAIN' | 'HARD' | 'GOOD' | 'EASY';
  readonly reviewedAt: Date;
  readonly durationMs: number;
}

/** A note as a file has it, before it is checked. */
export interface ImportedNote {
  /** The line in the file on which it begins, or null where the file has no lines. */
  readonly line: number | null;
  /** What names the note to its owner: how it begins. */
  readonly item: string;
  readonly kind: 'BASIC' | 'REVERSED' | 'CLOZE';
  readonly front: string;
  readonly back: string;
  readonly cloze: string | null;
  /** More cards of the same note than its kind makes, each with sides of its own; they are siblings. */
  readonly moreSides: readonly { readonly front: string; readonly back: string }[];
  readonly tags: readonly string[];
  readonly suspended: boolean;
  /** In the order in which they were made. */
  readonly reviews: readonly ImportedReview[];
}

/** Something of a file that was left out, and where. */
export interface ImportProblem {
  readonly line: number | null;
  readonly item: string | null;
  readonly message: string;
}

export interface ReadDeck {
  /** The deck's name in the file, if it has one. */
  readonly title: string | null;
  readonly notes: readonly ImportedNote[];
  readonly problems: readonly ImportProblem[];
}

export const deckFormats = ['APKG', 'CSV', 'TSV', 'MARKDOWN'] as const;
export type DeckFormat = (typeof deckFormats)[number];

export const maxNotes = 20_000;
const itemLength = 80;

/** How a note begins, on one line. */
export const nameOf = (text: string): string =>
  [...text.replace(/\s+/gu, ' ').trim()].slice(0, itemLength).join('');

const noMore = { moreSides: [], suspended: false, reviews: [] } as const;

/** A note with the two sides given; a cloze note when the text has gaps. */
export function noteOf(
  place: { readonly line: number | null; readonly kind?: 'BASIC' | 'REVERSED' },
  { front, back, tags }: { readonly front: string; readonly back: string; readonly tags: readonly string[] },
): ImportedNote {
  const { line, kind = 'BASIC' } = place;
  const item = nameOf(front);
  return hasGap(front)
    ? { ...noMore, line, item, kind: 'CLOZE', front: '', back, cloze: front, tags }
    : { ...noMore, line, item, kind, front, back, cloze: null, tags };
}

const hasGap = (text: string): boolean => /\{\{c\d+::/u.test(text);
