/** An item of the two-parameter logistic model, on the logit scale without the factor 1.7. */
export interface ItemParameters {
  /** How steeply the chance of a right answer rises with ability. */
  readonly discrimination: number;
  /** The ability at which a right answer is as likely as a wrong one. */
  readonly difficulty: number;
}

/** An answer to an item: its credit from 0 to 1; between them it counts as so much right and the rest wrong. */
export interface ItemResponse extends ItemParameters {
  readonly credit: number;
}

/**
 * The probability of a right answer, P(θ) = 1/(1 + exp(−a(θ − b))): Birnbaum (1968), in Lord & Novick, Statistical
 * Theories of Mental Test Scores, chapter 17.
 */
export const probabilityAt = (ability: number, { discrimination, difficulty }: ItemParameters): number =>
  1 / (1 + Math.exp(-discrimination * (ability - difficulty)));

/** Fisher information, I(θ) = a² P(1 − P): Lord (1980), Applications of Item Response Theory, section 5.4. */
export function informationAt(ability: number, item: ItemParameters): number {
  const probability = probabilityAt(ability, item);
  return item.discrimination ** 2 * probability * (1 - probability);
}
