import type { QuizSlot } from '@studymate/database/quiz';

/** A slot that always asks the same entry. */
export interface FixedSlotView {
  readonly __typename: 'FixedSlot';
  readonly entryId: string;
  readonly pinnedVersion: number | null;
}

/** A slot that draws from a bank. */
export interface RandomSlotView {
  readonly __typename: 'RandomSlot';
  readonly bankId: string;
  readonly skillIds: readonly string[];
  readonly difficulty: QuizSlot['difficulty'];
  readonly pick: number;
}

export type SlotSourceView = FixedSlotView | RandomSlotView;

/** Where a slot's questions come from; a slot row names either an entry or a bank. */
export function sourceOf({ id, entryId, pinnedVersion, bankId, ...draw }: QuizSlot): SlotSourceView {
  if (entryId !== null) return { __typename: 'FixedSlot', entryId, pinnedVersion };
  if (bankId === null) throw new Error(`Slot ${id} has no source.`);
  const { skillIds, difficulty, pick } = draw;
  return { __typename: 'RandomSlot', bankId, skillIds, difficulty, pick };
}
