import type { Sample } from './comparison.ts';
import type { TargetName } from './targets.ts';

/** Medians of a target's repeats with one workload. */
export type Figure = Omit<Sample, 'target' | 'workload'>;

export interface Report {
  readonly node: string;
  readonly takenAt: string;
  /** By workload, then target. */
  readonly figures: Readonly<Record<string, Readonly<Partial<Record<TargetName, Figure>>>>>;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

const summarize = (samples: readonly Sample[]): Figure => ({
  processorMs: median(samples.map(({ processorMs }) => processorMs)),
  requestsPerSecond: median(samples.map(({ requestsPerSecond }) => requestsPerSecond)),
  p99Ms: median(samples.map(({ p99Ms }) => p99Ms)),
});

/** Medians by workload and target. */
export function summarizeSamples(samples: readonly Sample[]): Report {
  const figures = Object.entries(Object.groupBy(samples, ({ workload }) => workload)).map(
    ([workload, ofWorkload = []]) => {
      const byTarget = Object.entries(Object.groupBy(ofWorkload, ({ target }) => target));
      return [workload, Object.fromEntries(byTarget.map(([target, some = []]) => [target, summarize(some)]))];
    },
  );
  return {
    node: process.version,
    takenAt: new Date().toISOString(),
    figures: Object.fromEntries(figures),
  };
}

const stock: TargetName = 'apollo';

const cell = (figure: Figure | undefined, stockFigure: Figure | undefined): string => {
  if (!figure) return '–';
  const ratio = stockFigure ? ` (${(stockFigure.processorMs / figure.processorMs).toFixed(1)}×)` : '';
  const rate = `${Math.round(figure.requestsPerSecond)}/s, p99 ${figure.p99Ms.toFixed(1)}`;
  return `${figure.processorMs.toFixed(3)}${ratio} · ${rate}`;
};

/** A Markdown table: milliseconds of processor time per request and how many times less than stock Apollo, rate, p99. */
export function renderTable({ figures, node }: Report): string {
  const workloads = Object.keys(figures);
  const targets = [...new Set(workloads.flatMap((name) => Object.keys(figures[name] ?? {})))] as TargetName[];
  const rows = targets.map((target) => {
    const cells = workloads.map((name) => cell(figures[name]?.[target], figures[name]?.[stock]));
    return `| ${target} | ${cells.join(' | ')} |`;
  });
  return [
    `| CPU ms per request (× less than stock) · rate, p99 ms; Node ${node} | ${workloads.join(' | ')} |`,
    `|---|${workloads.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
}
