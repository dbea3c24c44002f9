import { Exact, zero } from '../grading/fraction.ts';

/** How many attempts had so many points, fewest points first. */
export type Histogram = readonly { readonly points: Exact; readonly attempts: number }[];

export const histogramOf = (
  cells: readonly { readonly points: { toString(): string }; readonly attempts: number }[],
): Histogram =>
  cells
    .filter(({ attempts }) => attempts !== 0)
    .map(({ points, attempts }) => ({ points: new Exact(points.toString()), attempts }))
    .toSorted((one, other) => one.points.comparedTo(other.points));

export const countOf = (histogram: Histogram): number =>
  histogram.reduce((sum, { attempts }) => sum + attempts, 0);

/** Σ of a function of the points over all attempts, exact. */
const sumOver = (histogram: Histogram, of: (points: Exact) => Exact): Exact =>
  histogram.reduce((sum, { points, attempts }) => sum.plus(of(points).times(attempts)), zero);

/** Null of nothing. */
export function meanOf(histogram: Histogram): Exact | null {
  const count = countOf(histogram);
  return count === 0 ? null : sumOver(histogram, (points) => points).dividedBy(count);
}

/** The middle value, or the mean of the two middle ones. */
export function medianOf(histogram: Histogram): Exact | null {
  const count = countOf(histogram);
  const lower = valueAt(histogram, Math.ceil(count / 2));
  const upper = valueAt(histogram, Math.floor(count / 2) + 1);
  return lower && upper && lower.plus(upper).dividedBy(2);
}

/** The points of the attempt of that rank, from 1. */
function valueAt(histogram: Histogram, rank: number): Exact | null {
  let passed = 0;
  for (const { points, attempts } of histogram) {
    passed += attempts;
    if (rank >= 1 && rank <= passed) return points;
  }
  return null;
}

/** The sample variance, with n − 1: (Σx² − (Σx)²/n)/(n − 1), without cancellation since sums are exact. */
export function varianceOf(histogram: Histogram): Exact | null {
  const count = countOf(histogram);
  if (count < 2) return null;
  const total = sumOver(histogram, (points) => points);
  const squares = sumOver(histogram, (points) => points.times(points));
  return squares
    .times(count)
    .minus(total.times(total))
    .dividedBy(count * (count - 1));
}

/** The mean of the k-th powers of the distances from the mean, with n. */
export function centralMomentOf(histogram: Histogram, power: number): Exact | null {
  const centre = meanOf(histogram);
  if (centre === null) return null;
  return sumOver(histogram, (points) => points.minus(centre).pow(power)).dividedBy(countOf(histogram));
}

/** The covariance that two sets of values have when both are sorted: the greatest they could have. */
export function sortedCovarianceOf(left: Histogram, right: Histogram): Exact | null {
  const count = countOf(left);
  if (count < 2) return null;
  const product = pairSorted(left, right).times(count);
  const totals = sumOver(left, (points) => points).times(sumOver(right, (points) => points));
  return product.minus(totals).dividedBy(count * (count - 1));
}

/** Σ xᵢyᵢ over the values of both in ascending order. */
function pairSorted(left: Histogram, right: Histogram): Exact {
  let sum: Exact = zero;
  let place = 0;
  let free = right[0]?.attempts ?? 0;
  for (const { points, attempts } of left) {
    let open = attempts;
    while (open > 0) {
      const partner = right[place];
      if (!partner) return sum;
      const paired = Math.min(open, free);
      sum = sum.plus(points.times(partner.points).times(paired));
      open -= paired;
      free -= paired;
      if (free === 0) {
        place += 1;
        free = right[place]?.attempts ?? 0;
      }
    }
  }
  return sum;
}
