import { covariance, standardDeviation } from './moments.ts';

export interface DistractorStatistics {
  readonly choiceId: string;
  readonly chosen: number;
  readonly rate: number;
  /** Pearson correlation of picking the choice (0 or 1) with the whole score. */
  readonly pointBiserial: number | null;
}

/** How often each choice was picked, and by whom: `picks` and `totals` are in the order of the attempts. */
export function distractorStatistics(
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
