import { levelPoints, type MasteryLevel, masteryLevels } from './levels.ts';

/** Mastery over all skills of a subject, ready to be shown. */
export interface SubjectMasteryView {
  readonly fraction: number;
  readonly points: number;
  readonly pointsPossible: number;
  readonly byLevel: readonly { readonly level: MasteryLevel; readonly count: number }[];
  readonly weakest: readonly { readonly id: string }[];
}

export interface StandingSkill {
  readonly id: string;
  readonly level: MasteryLevel;
  readonly probability: number;
  readonly observations: number;
  /** Holds what no other skill of the subject is named for. */
  readonly isDefault: boolean;
}

const shownWeakest = 5;

/** The default skill counts when it was practised or when the subject has no other. */
const countedSkills = (skills: readonly StandingSkill[]) =>
  skills.filter(({ isDefault, observations }) => !isDefault || observations > 0 || skills.length === 1);

export function subjectMasteryOf(skills: readonly StandingSkill[]): SubjectMasteryView {
  const counted = countedSkills(skills);
  const points = counted.reduce((total, { level }) => total + levelPoints[level], 0);
  const pointsPossible = counted.length * 100;
  return {
    points,
    pointsPossible,
    fraction: pointsPossible === 0 ? 0 : points / pointsPossible,
    byLevel: masteryLevels.map((level) => ({
      level,
      count: counted.filter((skill) => skill.level === level).length,
    })),
    weakest: counted
      .filter(({ observations }) => observations > 0)
      .toSorted((a, b) => a.probability - b.probability || a.id.localeCompare(b.id))
      .slice(0, shownWeakest)
      .map(({ id }) => ({ id })),
  };
}
