import { Exact, zero } from '../grading/fraction.ts';
import {
  centralMomentOf,
  countOf,
  type Histogram,
  meanOf,
  medianOf,
  sortedCovarianceOf,
  varianceOf,
} from './histogram.ts';

export interface TestStatistics {
  readonly attempts: number;
  readonly meanScore: number;
  readonly medianScore: number;
  readonly standardDeviation: number;
  readonly skewness: number | null;
  readonly kurtosis: number | null;
  readonly cronbachAlpha: number | null;
  readonly errorRatio: number | null;
  readonly standardErrorOfMeasurement: number | null;
}

export interface SlotStatistics {
  readonly attempts: number;
  readonly facility: number | null;
  readonly standardDeviation: number | null;
  readonly intendedWeight: number | null;
  readonly effectiveWeight: number | null;
  readonly discriminationIndex: number | null;
  readonly discriminativeEfficiency: number | null;
}

/** How the points at one place of a quiz, and those of all other places together, are spread. */
export interface SlotTally {
  readonly maxScore: Exact;
  readonly points: Histogram;
  readonly rest: Histogram;
}

/**
 * Statistics of a whole test by classical test theory, with the formulas of Moodle's quiz statistics
 * report (docs.moodle.org/dev/Quiz_statistics_calculations), as fractions rather than per cent:
 * k2 = n/(n−1) m2, k3 = n²/((n−1)(n−2)) m3, k4 = n²/((n−1)(n−2)(n−3)) ((n+1) m4 − 3(n−1) m2²),
 * skewness = k3/k2^1.5, kurtosis = k4/k2²; alpha = P/(P−1) (1 − Σ V(x_p)/V(T));
 * error ratio = √(1 − alpha); standard error = error ratio · SD(T). Null where a formula divides by 0.
 */
export function testStatistics(totals: Histogram, slots: readonly SlotTally[]): TestStatistics | null {
  const meanScore = meanOf(totals);
  const medianScore = medianOf(totals);
  if (meanScore === null || medianScore === null) return null;

  const spread = varianceOf(totals)?.sqrt().toNumber() ?? null;
  const cronbachAlpha = alphaOf(totals, slots);
  const errorRatio = cronbachAlpha === null ? null : Math.sqrt(Math.max(0, 1 - cronbachAlpha));
  return {
    attempts: countOf(totals),
    meanScore: meanScore.toNumber(),
    medianScore: medianScore.toNumber(),
    standardDeviation: spread ?? 0,
    ...shapeOf(totals),
    cronbachAlpha,
    errorRatio,
    standardErrorOfMeasurement: errorRatio === null || spread === null ? null : errorRatio * spread,
  };
}

function shapeOf(totals: Histogram): { skewness: number | null; kurtosis: number | null } {
  const n = countOf(totals);
  const [m2, m3, m4] = [2, 3, 4].map((power) => centralMomentOf(totals, power)?.toNumber() ?? null);
  if (!m2 || m3 == null || m4 == null || n < 3) return { skewness: null, kurtosis: null };

  const k2 = (n / (n - 1)) * m2;
  const k3 = (n ** 2 / ((n - 1) * (n - 2))) * m3;
  if (n < 4) return { skewness: k3 / k2 ** 1.5, kurtosis: null };

  const k4 = (n ** 2 / ((n - 1) * (n - 2) * (n - 3))) * ((n + 1) * m4 - 3 * (n - 1) * m2 ** 2);
  return { skewness: k3 / k2 ** 1.5, kurtosis: k4 / k2 ** 2 };
}

/** Cronbach (1951), Psychometrika 16, 297–334: the coefficient of internal consistency. */
function alphaOf(totals: Histogram, slots: readonly SlotTally[]): number | null {
  const whole = varianceOf(totals);
  if (slots.length < 2 || !whole || whole.isZero()) return null;
  const within = slots.reduce((sum, { points }) => sum.plus(varianceOf(points) ?? zero), zero);
  return new Exact(1)
    .minus(within.dividedBy(whole))
    .times(slots.length)
    .dividedBy(slots.length - 1)
    .toNumber();
}

/**
 * Statistics per slot (same source): facility = mean(x)/max; intended weight = max/Σ max;
 * effective weight = √C(x, T)/Σ √C(x_p, T), null for a negative covariance; discrimination index =
 * correlation of x with the rest T − x; discriminative efficiency = C(x, T − x) over the greatest
 * covariance that these marks could have, that of both sorted. Covariances follow from variances:
 * 2 C(x, T − x) = V(T) − V(x) − V(T − x), and C(x, T) = V(x) + C(x, T − x).
 */
export function slotStatistics(totals: Histogram, slots: readonly SlotTally[]): SlotStatistics[] {
  const possible = slots.reduce((sum, { maxScore }) => sum.plus(maxScore), zero);
  const spreads = slots.map((slot) => spreadOf(totals, slot));
  const pulls = spreads.map((spread) => rootOrNull(spread?.own.plus(spread.withRest) ?? null));
  const pull = pulls.reduce<Exact>((sum, root) => sum.plus(root ?? zero), zero);

  return slots.map(({ maxScore, points, rest }, index) => {
    const spread = spreads[index] ?? null;
    return {
      attempts: countOf(totals),
      facility: ratio(meanOf(points), maxScore),
      standardDeviation: ratio(rootOrNull(spread?.own ?? null), maxScore),
      intendedWeight: ratio(maxScore, possible),
      effectiveWeight: ratio(pulls[index] ?? null, pull),
      discriminationIndex: spread && ratio(spread.withRest, spread.own.times(spread.rest).sqrt()),
      discriminativeEfficiency: spread && ratio(spread.withRest, sortedCovarianceOf(points, rest)),
    };
  });
}

/** The variances of a slot and of the rest, and their covariance; null below two attempts. */
function spreadOf(totals: Histogram, slot: SlotTally) {
  const whole = varianceOf(totals);
  const own = varianceOf(slot.points);
  const rest = varianceOf(slot.rest);
  if (!whole || !own || !rest) return null;
  return { own, rest, withRest: whole.minus(own).minus(rest).dividedBy(2) };
}

const ratio = (part: Exact | null, whole: Exact | null): number | null =>
  part === null || whole === null || whole.isZero() ? null : part.dividedBy(whole).toNumber();

const rootOrNull = (value: Exact | null): Exact | null =>
  value === null || value.isNegative() ? null : value.sqrt();
