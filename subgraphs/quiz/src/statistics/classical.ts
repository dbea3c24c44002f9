import { centralMoment, covariance, mean, median, standardDeviation, sum, variance } from './moments.ts';

/** One finished attempt: the points per slot, in the order of the slots. */
export type ScoreRow = readonly number[];

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

/**
 * Statistics of a whole test by classical test theory, with the formulas of Moodle's quiz statistics
 * report (docs.moodle.org/dev/Quiz_statistics_calculations), as fractions rather than per cent:
 * k2 = n/(n−1) m2, k3 = n²/((n−1)(n−2)) m3, k4 = n²/((n−1)(n−2)(n−3)) ((n+1) m4 − 3(n−1) m2²),
 * skewness = k3/k2^1.5, kurtosis = k4/k2²; alpha = P/(P−1) (1 − Σ V(x_p)/V(T));
 * error ratio = √(1 − alpha); standard error = error ratio · SD(T). Null where a formula divides by 0.
 */
export function testStatistics(rows: readonly ScoreRow[]): TestStatistics | null {
  const totals = rows.map(sum);
  const meanScore = mean(totals);
  const medianScore = median(totals);
  if (meanScore === null || medianScore === null) return null;

  const spread = standardDeviation(totals);
  const cronbachAlpha = alphaOf(rows, totals);
  const errorRatio = cronbachAlpha === null ? null : Math.sqrt(Math.max(0, 1 - cronbachAlpha));
  return {
    attempts: rows.length,
    meanScore,
    medianScore,
    standardDeviation: spread ?? 0,
    ...shapeOf(totals),
    cronbachAlpha,
    errorRatio,
    standardErrorOfMeasurement: errorRatio === null || spread === null ? null : errorRatio * spread,
  };
}

function shapeOf(totals: readonly number[]): { skewness: number | null; kurtosis: number | null } {
  const n = totals.length;
  const m2 = centralMoment(totals, 2);
  const m3 = centralMoment(totals, 3);
  const m4 = centralMoment(totals, 4);
  if (!m2 || m3 === null || m4 === null || n < 3) return { skewness: null, kurtosis: null };

  const k2 = (n / (n - 1)) * m2;
  const k3 = (n ** 2 / ((n - 1) * (n - 2))) * m3;
  if (n < 4) return { skewness: k3 / k2 ** 1.5, kurtosis: null };

  const k4 = (n ** 2 / ((n - 1) * (n - 2) * (n - 3))) * ((n + 1) * m4 - 3 * (n - 1) * m2 ** 2);
  return { skewness: k3 / k2 ** 1.5, kurtosis: k4 / k2 ** 2 };
}

/** Cronbach (1951), Psychometrika 16, 297–334: the coefficient of internal consistency. */
function alphaOf(rows: readonly ScoreRow[], totals: readonly number[]): number | null {
  const slots = rows[0]?.length ?? 0;
  const totalVariance = variance(totals);
  if (slots < 2 || !totalVariance) return null;
  const within = sum(Array.from({ length: slots }, (_, slot) => variance(column(rows, slot)) ?? 0));
  return (slots / (slots - 1)) * (1 - within / totalVariance);
}

const column = (rows: readonly ScoreRow[], slot: number) => rows.map((row) => row[slot] ?? 0);

/**
 * Statistics per slot (same source): facility = mean(x)/max; intended weight = max/Σ max;
 * effective weight = √C(x, T)/Σ √C(x_p, T), null for a negative covariance; discrimination index =
 * correlation of x with the rest T − x; discriminative efficiency = C(x, T − x) over the greatest
 * covariance that these marks could have, that of both sorted.
 */
export function slotStatistics(rows: readonly ScoreRow[], maxScores: readonly number[]): SlotStatistics[] {
  const totals = rows.map(sum);
  const possible = sum(maxScores);
  const pulls = maxScores.map((_, slot) => rootOrNull(covariance(column(rows, slot), totals)));
  const pull = sum(pulls.map((root) => root ?? 0));

  return maxScores.map((maxScore, slot) => {
    const scores = column(rows, slot);
    const rest = totals.map((total, index) => total - (scores[index] ?? 0));
    const spread = standardDeviation(scores);
    const root = pulls[slot] ?? null;
    return {
      attempts: rows.length,
      facility: ratio(mean(scores), maxScore),
      standardDeviation: ratio(spread, maxScore),
      intendedWeight: ratio(maxScore, possible),
      effectiveWeight: ratio(root, pull),
      discriminationIndex: correlation(scores, rest),
      discriminativeEfficiency: ratio(
        covariance(scores, rest),
        covariance(ascending(scores), ascending(rest)),
      ),
    };
  });
}

const ascending = (values: readonly number[]) => values.toSorted((one, other) => one - other);

const ratio = (part: number | null, whole: number | null) => (part === null || !whole ? null : part / whole);

const rootOrNull = (value: number | null) => (value === null || value < 0 ? null : Math.sqrt(value));

function correlation(left: readonly number[], right: readonly number[]): number | null {
  const spreads = Math.sqrt((variance(left) ?? 0) * (variance(right) ?? 0));
  return ratio(covariance(left, right), spreads);
}
