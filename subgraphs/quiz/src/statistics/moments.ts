/** The mean, or null of nothing. */
export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : sum(values) / values.length;

/** Pairwise summation keeps the rounding error at O(log n), so that the order of rows does not show. */
export function sum(values: readonly number[]): number {
  if (values.length <= 8) return values.reduce((total, value) => total + value, 0);
  const middle = values.length >> 1;
  return sum(values.slice(0, middle)) + sum(values.slice(middle));
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** The sample covariance, with n − 1; null below two rows. */
export function covariance(left: readonly number[], right: readonly number[]): number | null {
  const leftMean = mean(left);
  const rightMean = mean(right);
  if (leftMean === null || rightMean === null || left.length < 2) return null;
  const products = left.map((value, index) => (value - leftMean) * ((right[index] ?? 0) - rightMean));
  return sum(products) / (left.length - 1);
}

export const variance = (values: readonly number[]): number | null => covariance(values, values);

export function standardDeviation(values: readonly number[]): number | null {
  const spread = variance(values);
  return spread === null ? null : Math.sqrt(spread);
}

/** The mean of the k-th powers of the distances from the mean, with n. */
export function centralMoment(values: readonly number[], power: number): number | null {
  const centre = mean(values);
  if (centre === null) return null;
  return sum(values.map((value) => (value - centre) ** power)) / values.length;
}
