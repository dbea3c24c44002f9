import type { SkillState } from '@studymate/database/personalization';
import { decayedProbability, estimateOf, noCounts } from './estimate.ts';
import type { MasteryLevel } from './levels.ts';

/** One learner's mastery of one skill, ready to be shown. */
export interface SkillMasteryView {
  readonly userId: string;
  readonly skillId: string;
  readonly level: MasteryLevel;
  readonly probability: number;
  readonly confidenceLow: number;
  readonly confidenceHigh: number;
  readonly observations: number;
  readonly lastPracticedAt: Date | null;
  readonly decayedProbability: number | null;
}

/** How a skill stands at an instant; without a state it is not started. */
export function skillMasteryOf(
  key: { readonly userId: string; readonly skillId: string },
  state: SkillState | null,
  at: Date,
): SkillMasteryView {
  const { probability, low, high } = estimateOf(state ?? noCounts);
  return {
    userId: key.userId,
    skillId: key.skillId,
    level: state?.level ?? 'NOT_STARTED',
    probability,
    confidenceLow: low,
    confidenceHigh: high,
    observations: state?.observations ?? 0,
    lastPracticedAt: state?.lastPracticedAt ?? null,
    decayedProbability: state ? decayedProbability(state, state.lastPracticedAt, at) : null,
  };
}
