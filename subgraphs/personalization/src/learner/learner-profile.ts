import type { Learner } from '@studymate/database/personalization';

/** Below this many observations a learner cannot be told from others. */
export const coldStartBelow = 10;

export interface LearnerProfileView {
  readonly level: 'NEW' | 'NOVICE' | 'INTERMEDIATE' | 'ADVANCED';
  readonly observations: number;
  readonly coldStart: boolean;
  readonly optedOut: boolean;
}

function levelOf(observations: number): LearnerProfileView['level'] {
  if (observations < 1) return 'NEW';
  if (observations < 30) return 'NOVICE';
  return observations < 300 ? 'INTERMEDIATE' : 'ADVANCED';
}

/** What the model knows of a learner as a whole; of one it has not met, nothing. */
export function profileOf(learner: Learner | null): LearnerProfileView {
  const observations = learner?.observations ?? 0;
  return {
    level: levelOf(observations),
    observations,
    coldStart: observations < coldStartBelow,
    optedOut: learner?.optedOut ?? false,
  };
}
