import { Exact, zero } from '../grading/fraction.ts';
import { countOf, type Histogram, meanOf, varianceOf } from './histogram.ts';

export interface DistractorStatistics {
  readonly choiceId: string;
  readonly chosen: number;
  readonly rate: number;
  /** Pearson correlation of picking the choice (0 or 1) with the whole score. */
  readonly pointBiserial: number | null;
}

/** How often a choice was picked, and the points of those attempts together. */
export interface ChoicePicks {
  readonly picked: number;
  readonly points: Exact;
}

/**
 * How often each choice was picked, and by whom: with k picks among n attempts, whose points sum to S,
 * covariance = (S − k·mean)/(n − 1) and V(picks) = k(n − k)/(n(n − 1)).
 */
export function distractorStatistics(
  choiceIds: readonly string[],
  picks: ReadonlyMap<string, ChoicePicks>,
  totals: Histogram,
): DistractorStatistics[] {
  const attempts = countOf(totals);
  return choiceIds.map((choiceId) => {
    const { picked, points } = picks.get(choiceId) ?? { picked: 0, points: zero };
    return {
      choiceId,
      chosen: picked,
      rate: attempts === 0 ? 0 : picked / attempts,
      pointBiserial: pointBiserialOf({ picked, points }, totals),
    };
  });
}

function pointBiserialOf({ picked, points }: ChoicePicks, totals: Histogram): number | null {
  const n = countOf(totals);
  const mean = meanOf(totals);
  const variance = varianceOf(totals);
  if (!mean || !variance || variance.isZero() || picked === 0 || picked === n) return null;
  const together = points.minus(mean.times(picked)).dividedBy(n - 1);
  const spread = new Exact(picked * (n - picked)).dividedBy(n * (n - 1)).times(variance);
  return together.dividedBy(spread.sqrt()).toNumber();
}
