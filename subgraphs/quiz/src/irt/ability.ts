import { type ItemResponse, informationAt, probabilityAt } from './two-parameter.ts';

export interface Ability {
  readonly theta: number;
  readonly standardError: number;
}

/** What is held of a learner's ability before any answer: normal. */
export interface Prior {
  readonly mean: number;
  readonly standardDeviation: number;
}

const bound = 6;
const nodes = 121;
const maxSteps = 50;
const close = 1e-8;

/** The logarithm of the likelihood of the answers at an ability, credit between 0 and 1 counted as so much of each. */
function logLikelihood(theta: number, responses: readonly ItemResponse[]): number {
  return responses.reduce((sum, { discrimination, difficulty, credit }) => {
    const z = discrimination * (theta - difficulty);
    // log P = −log(1 + e^−z), in a form that does not overflow; log(1 − P) = log P − z
    const logRight = Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));
    return sum + logRight - (1 - credit) * z;
  }, 0);
}

/**
 * The mean of the posterior over abilities, and its standard deviation as the error (expected a posteriori): Bock &
 * Mislevy (1982), Applied Psychological Measurement 6, 431–444, on 121 equally spaced points from 6 prior standard
 * deviations below to 6 above the prior mean. It exists for every pattern of answers, none at all included.
 */
export function estimateEap(responses: readonly ItemResponse[], prior: Prior): Ability {
  const points = Array.from(
    { length: nodes },
    (_, index) => prior.mean + prior.standardDeviation * bound * ((2 * index) / (nodes - 1) - 1),
  );
  const logs = points.map((theta) => {
    const z = (theta - prior.mean) / prior.standardDeviation;
    return logLikelihood(theta, responses) - (z * z) / 2;
  });
  const highest = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const moment = (of: (theta: number) => number) =>
    points.reduce((sum, theta, index) => sum + of(theta) * (weights[index] ?? 0), 0) / total;
  const theta = moment((each) => each);
  return { theta, standardError: Math.sqrt(moment((each) => (each - theta) ** 2)) };
}

/**
 * The ability at which the answers are most likely, by Fisher scoring, θ ← θ + Σ a(u − P)/Σ I, with the error
 * 1/√Σ I(θ): Baker & Kim (2004), Item Response Theory, chapter 3. Null when it lies beyond ±6, as for answers all right
 * or all wrong.
 */
export function estimateMle(responses: readonly ItemResponse[]): Ability | null {
  let theta = 0;
  for (let step = 0; step < maxSteps; step += 1) {
    const information = responses.reduce((sum, response) => sum + informationAt(theta, response), 0);
    if (information === 0) return null;
    const slope = responses.reduce(
      (sum, response) => sum + response.discrimination * (response.credit - probabilityAt(theta, response)),
      0,
    );
    // A step of more than one is cut: far from the answer the curve is no parabola.
    const change = Math.max(-1, Math.min(1, slope / information));
    theta += change;
    if (Math.abs(theta) > bound) return null;
    if (Math.abs(change) < close) return { theta, standardError: 1 / Math.sqrt(information) };
  }
  return null;
}
