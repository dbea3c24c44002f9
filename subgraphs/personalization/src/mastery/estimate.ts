/** What the estimate of one learner's skill rests on: weighted sums of right and wrong outcomes. */
export interface SkillCounts {
  readonly successes: number;
  readonly failures: number;
  readonly observations: number;
}

export interface Observation {
  /** From 0, wrong, to 1, right. */
  readonly outcome: number;
  /** 1 for a quiz item, less for weaker evidence. */
  readonly weight: number;
  /** IRT difficulty of the item in logits; 0 is average. */
  readonly difficulty: number;
}

export interface Estimate {
  readonly probability: number;
  readonly low: number;
  readonly high: number;
}

const perSuccess = 0.9;
const perFailure = 0.6;
const halfLifeDays = 14;
const msPerDay = 86_400_000;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export const noCounts: SkillCounts = { successes: 0, failures: 0, observations: 0 };

/**
 * Counts after one more observation. A right answer to a hard item and a wrong answer to an easy one count for
 * more: each side is weighted by twice the logistic of the difficulty.
 */
export function observe(counts: SkillCounts, { outcome, weight, difficulty }: Observation): SkillCounts {
  return {
    successes: counts.successes + outcome * weight * 2 * sigmoid(difficulty),
    failures: counts.failures + (1 - outcome) * weight * 2 * sigmoid(-difficulty),
    observations: counts.observations + 1,
  };
}

const logitOf = ({ successes, failures }: SkillCounts): number =>
  perSuccess * Math.log1p(successes) - perFailure * Math.log1p(failures);

/**
 * The probability of a right answer to an item of average difficulty, with its 95 % interval: a logistic model
 * over the logarithms of success and failure counts, so a right answer never lowers it and a wrong one never
 * raises it. Source: Pavlik, Cen, Koedinger (2009), "Performance Factors Analysis"; log counts after Chi et al. (2011).
 */
export function estimateOf(counts: SkillCounts): Estimate {
  const logit = logitOf(counts);
  const probability = sigmoid(logit);
  const standardError = 1 / Math.sqrt((counts.observations + 1) * probability * (1 - probability));
  return {
    probability,
    low: sigmoid(logit - 1.96 * standardError),
    high: sigmoid(logit + 1.96 * standardError),
  };
}

/**
 * The probability at a later time: the logit halves every 14 days, more slowly the more successes there were, so
 * what is not practised fades toward chance.
 */
export function decayedProbability(counts: SkillCounts, lastPracticedAt: Date, at: Date): number {
  const days = Math.max(0, at.getTime() - lastPracticedAt.getTime()) / msPerDay;
  return sigmoid(logitOf(counts) * 2 ** (-days / (halfLifeDays * (1 + Math.log1p(counts.successes)))));
}
