import type { PresetVersion, ReviewLog } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import { cardCredit } from '../progress/completion.ts';
import {
  applyReview,
  type CardMemory,
  type CardState,
  elapsedStudyDays,
  isLeechTrigger,
  newMemory,
  retrievability,
} from './schedule.ts';

/** What follows for a review from the reviews before it. */
export interface DerivedReview {
  readonly stateBefore: CardState;
  readonly elapsedStudyDays: number;
  readonly retrievabilityBefore: number | null;
  /** What the review added to the card's share of completion. */
  readonly credit: number;
  readonly leechTriggered: boolean;
}

export interface Replay {
  readonly memory: CardMemory;
  readonly presetVersion: number | null;
  readonly leech: boolean;
  /** One for each review, in their order. */
  readonly derived: readonly DerivedReview[];
}

export interface ReplayRules {
  readonly cardId: string;
  readonly versions: readonly PresetVersion[];
  readonly startOf: (day: StudyDay) => Date;
}

/**
 * A card's schedule as a function of its log: every review in the order given, each under the preset version
 * it was made under. What came in how and when plays no part.
 */
export function replayLog(log: readonly ReviewLog[], { cardId, versions, startOf }: ReplayRules): Replay {
  const settingsOf = ({ presetId, presetVersion }: ReviewLog): PresetVersion => {
    const settings = versions.find((one) => one.presetId === presetId && one.version === presetVersion);
    if (!settings) throw new Error(`Preset ${presetId} has no version ${presetVersion}`);
    return settings;
  };
  let memory = newMemory;
  const derived = log.map((review): DerivedReview => {
    const settings = settingsOf(review);
    const before = memory;
    memory = applyReview(before, review, { settings, seed: cardId, startOf });
    return {
      stateBefore: before.state,
      elapsedStudyDays: elapsedStudyDays(before, review.studyDay),
      retrievabilityBefore: retrievability(before, review.studyDay, settings.parameters),
      credit: cardCredit(memory.stability) - cardCredit(before.stability),
      leechTriggered: isLeechTrigger(before, memory, settings.leechThreshold),
    };
  });
  const last = log.at(-1);
  return {
    memory,
    presetVersion: last?.presetVersion ?? null,
    leech: last !== undefined && memory.lapses >= settingsOf(last).leechThreshold,
    derived,
  };
}

/** Whether a row already says what a replay came to. */
export const isDerived = (row: ReviewLog, derived: DerivedReview): boolean =>
  row.stateBefore === derived.stateBefore &&
  row.elapsedStudyDays === derived.elapsedStudyDays &&
  row.retrievabilityBefore === derived.retrievabilityBefore &&
  row.credit === derived.credit &&
  row.leechTriggered === derived.leechTriggered;
