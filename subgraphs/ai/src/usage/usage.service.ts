import { invalidInput } from '@studymate/contracts';
import type { GenerationKind } from '@studymate/database/ai';
import { requireViewer } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import type { UsageRow } from './usage.repository.ts';

const longestPeriodMs = 366 * 24 * 3_600_000;

export interface Usage {
  readonly credits: number;
  readonly generations: number;
  readonly byKind: readonly {
    readonly kind: GenerationKind;
    readonly credits: number;
    readonly count: number;
  }[];
  readonly byDay: readonly { readonly date: string; readonly credits: number; readonly count: number }[];
  readonly cacheHitRate: number;
}

/** What the viewer's generations that finished in [from, to) have cost. */
export async function readUsage(
  context: Context,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<Usage> {
  const viewer = requireViewer(context);
  const length = to.getTime() - from.getTime();
  if (length <= 0 || length > longestPeriodMs) {
    throw invalidInput(['to'], 'to: must be after from, by 366 days at most', 'range');
  }
  const rows = await context.usage.list({ userId: viewer.id, from, to, timeZone: viewer.timeZone });
  const total = totalOf(rows);
  const cacheHits = rows.reduce((sum, row) => sum + row.cacheHits, 0);
  return {
    credits: total.credits,
    generations: total.count,
    byKind: [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, group]) => ({ kind, ...totalOf(group) })),
    byDay: [...Map.groupBy(rows, ({ day }) => day)].map(([date, group]) => ({ date, ...totalOf(group) })),
    cacheHitRate: total.count === 0 ? 0 : cacheHits / total.count,
  };
}

const totalOf = (rows: readonly UsageRow[]) => ({
  credits: rows.reduce((sum, row) => sum + row.credits, 0),
  count: rows.reduce((sum, row) => sum + row.count, 0),
});
