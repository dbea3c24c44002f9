/** Khan Academy's levels of a skill, from the lowest. */
export const masteryLevels = ['NOT_STARTED', 'ATTEMPTED', 'FAMILIAR', 'PROFICIENT', 'MASTERED'] as const;

export type MasteryLevel = (typeof masteryLevels)[number];

/** What each level is worth; a skill has 100 points. */
export const levelPoints: Readonly<Record<MasteryLevel, number>> = {
  NOT_STARTED: 0,
  ATTEMPTED: 0,
  FAMILIAR: 50,
  PROFICIENT: 80,
  MASTERED: 100,
};

const rankOf = (level: MasteryLevel): number => masteryLevels.indexOf(level);

const levelAt = (rank: number): MasteryLevel => masteryLevels[rank] ?? 'NOT_STARTED';

export const isBelow = (level: MasteryLevel, other: MasteryLevel): boolean => rankOf(level) < rankOf(other);

/**
 * The level after an exercise on one skill: below 70 % Attempted, from 70 % Familiar, all right Proficient. An
 * exercise raises a level and never lowers it. Source: Khan Academy, "What are Mastery levels?".
 */
export function levelAfterExercise(level: MasteryLevel, fraction: number): MasteryLevel {
  const earned = fraction >= 1 ? 'PROFICIENT' : fraction >= 0.7 ? 'FAMILIAR' : 'ATTEMPTED';
  return isBelow(level, earned) ? earned : level;
}

/** In logits. What most learners get right tells nothing of mastery. */
const easyBelow = -0.5;

/**
 * The level after one item of an assessment that mixes skills: right one up, wrong one down, never back to Not
 * started. Mastered is reached only this way, from Proficient, and only by an item that is not easy (`difficulty` in
 * logits, 0 is average): easy items alone never make a master.
 */
export function levelAfterAssessmentItem(
  level: MasteryLevel,
  isRight: boolean,
  difficulty: number,
): MasteryLevel {
  if (level === 'PROFICIENT' && isRight && difficulty < easyBelow) return level;
  const rank = rankOf(level) + (isRight ? 1 : -1);
  return levelAt(Math.min(Math.max(rank, rankOf('ATTEMPTED')), rankOf('MASTERED')));
}
