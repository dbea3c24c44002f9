import { type ItemParameters, informationAt } from './two-parameter.ts';

/** An item that could be asked next. */
export interface Candidate extends ItemParameters {
  readonly id: string;
  readonly skillIds: readonly string[];
}

/** How much of a test a skill is to have. */
export interface SkillShare {
  readonly skillId: string;
  /** From 0 to 1. */
  readonly share: number;
}

export interface Selection {
  readonly ability: number;
  /** The skills of each item asked so far. */
  readonly asked: readonly (readonly string[])[];
  readonly shares: readonly SkillShare[];
  /** How many of the most informative items the next one is drawn from. */
  readonly topK: number;
  /** A whole number in [0, limit), each equally likely. */
  readonly draw: (limit: number) => number;
}

/**
 * The next item: of the skill that lags most behind its share (constrained adaptive testing, Kingsbury & Zara 1989,
 * Applied Measurement in Education 2, 359–375), one of the `topK` that tell most at this ability (maximum Fisher
 * information; "randomesque" exposure control, Kingsbury & Zara). A skill without items left gives way to the next.
 * Null when nothing is left.
 */
export function selectItem(candidates: readonly Candidate[], selection: Selection): Candidate | null {
  const eligible = balanced(candidates, selection);
  const ranked = eligible
    .map((item) => ({ item, information: informationAt(selection.ability, item) }))
    .toSorted((one, other) => other.information - one.information || (one.item.id < other.item.id ? -1 : 1));
  const best = ranked.slice(0, Math.max(1, selection.topK));
  return best.length === 0 ? null : (best[selection.draw(best.length)]?.item ?? null);
}

function balanced(candidates: readonly Candidate[], { asked, shares }: Selection): readonly Candidate[] {
  const lagOf = ({ skillId, share }: SkillShare) => {
    const had = asked.filter((skillIds) => skillIds.includes(skillId)).length;
    return share * (asked.length + 1) - had;
  };
  const byNeed = shares.toSorted(
    (one, other) => lagOf(other) - lagOf(one) || (one.skillId < other.skillId ? -1 : 1),
  );
  for (const { skillId } of byNeed) {
    const ofSkill = candidates.filter(({ skillIds }) => skillIds.includes(skillId));
    if (ofSkill.length > 0) return ofSkill;
  }
  return candidates;
}
