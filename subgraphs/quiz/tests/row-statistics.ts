import type { SlotStatistics, TestStatistics } from '../src/statistics/classical.ts';
import type { DistractorStatistics } from '../src/statistics/distractors.ts';

/** One finished attempt: the points per slot, in the order of the slots. */
export type ScoreRow = readonly number[];

/**
 * Statistics of a whole test from its rows, each looked at again: what the tallies must agree with. By the formulas of Moodle's quiz statistics
 * report (docs.moodle.org/dev/Quiz_statistics_calculations), as fractions rather than per cent:
 * k2 = n/(n−1) m2, k3 = n²/((n−1)(n−2)) m3, k4 = n²/((n−1)(n−2)(n−3)) ((n+1) m4 − 3(n−1) m2²),
 * skewness = k3/k2^1.5, kurtosis = k4/k2²; alpha = P/(P−1) (1 − Σ V(x_p)/V(T));
 * error ratio = √(1 − alpha); standard error = error ratio · SD(T). Null where a formula divides by 0.
 */
export function testStatisticsOfRows(rows: readonly ScoreRow[]): TestStatistics | null {
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
export function slotStatisticsOfRows(
  rows: readonly ScoreRow[],
  maxScores: readonly number[],
): SlotStatistics[] {
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

/** How often each choice was picked, and by whom: `picks` and `totals` are in the order of the attempts. */
export function distractorStatisticsOfRows(
  choiceIds: readonly string[],
  picks: readonly (readonly string[])[],
  totals: readonly number[],
): DistractorStatistics[] {
  return choiceIds.map((choiceId) => {
    const picked: number[] = picks.map((pick) => (pick.includes(choiceId) ? 1 : 0));
    const chosen = picked.filter((value) => value === 1).length;
    const spreads = (standardDeviation(picked) ?? 0) * (standardDeviation(totals) ?? 0);
    const together = covariance(picked, totals);
    return {
      choiceId,
      chosen,
      rate: picks.length === 0 ? 0 : chosen / picks.length,
      pointBiserial: together === null || spreads === 0 ? null : together / spreads,
    };
  });
}

/** The mean, or null of nothing. */
const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : sum(values) / values.length;

/** Pairwise summation keeps the rounding error at O(log n), so that the order of rows does not show. */
function sum(values: readonly number[]): number {
  if (values.length <= 8) return values.reduce((total, value) => total + value, 0);
  const middle = values.length >> 1;
  return sum(values.slice(0, middle)) + sum(values.slice(middle));
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** The sample covariance, with n − 1; null below two rows. */
function covariance(left: readonly number[], right: readonly number[]): number | null {
  const leftMean = mean(left);
  const rightMean = mean(right);
  if (leftMean === null || rightMean === null || left.length < 2) return null;
  const products = left.map((value, index) => (value - leftMean) * ((right[index] ?? 0) - rightMean));
  return sum(products) / (left.length - 1);
}

const variance = (values: readonly number[]): number | null => covariance(values, values);

function standardDeviation(values: readonly number[]): number | null {
  const spread = variance(values);
  return spread === null ? null : Math.sqrt(spread);
}

/** The mean of the k-th powers of the distances from the mean, with n. */
function centralMoment(values: readonly number[], power: number): number | null {
  const centre = mean(values);
  if (centre === null) return null;
  return sum(values.map((value) => (value - centre) ** power)) / values.length;
}
