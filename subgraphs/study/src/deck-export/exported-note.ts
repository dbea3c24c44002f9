import type { Card } from '@studymate/database/study';
import { joinGaps } from '../card/cloze.ts';

/** A note as a file gets it: what its cards say, joined again. */
export interface ExportedNote {
  readonly kind: 'BASIC' | 'REVERSED' | 'CLOZE';
  readonly front: string;
  readonly back: string;
  /** With all gaps of the note; null unless it is a cloze note. */
  readonly cloze: string | null;
  readonly tags: readonly string[];
  readonly suspended: boolean;
}

export type ExportedCard = Pick<Card, 'noteId' | 'kind' | 'front' | 'back' | 'cloze' | 'tags' | 'suspended'>;

const plain = ({ front, back, tags, suspended }: ExportedCard): ExportedNote => ({
  kind: 'BASIC',
  front,
  back,
  cloze: null,
  tags,
  suspended,
});

function joinNote(cards: readonly ExportedCard[]): ExportedNote[] {
  const [first, second] = cards;
  if (!first) return [];
  if (first.kind === 'CLOZE') {
    const joined = joinGaps(cards.map(({ cloze }) => cloze ?? ''));
    if (joined !== null) return [{ ...plain(first), kind: 'CLOZE', cloze: joined }];
    return cards.map((card) => ({ ...plain(card), kind: 'CLOZE', cloze: card.cloze }));
  }
  const isMirrored = cards.length === 2 && second?.front === first.back && second.back === first.front;
  return isMirrored ? [{ ...plain(first), kind: 'REVERSED' }] : cards.map(plain);
}

/** The notes that cards, in their order, were made of. Sides that were edited apart become notes of their own. */
export const toNotes = (cards: readonly ExportedCard[]): ExportedNote[] =>
  [...Map.groupBy(cards, ({ noteId }) => noteId).values()].flatMap(joinNote);
