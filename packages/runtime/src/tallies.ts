import { Counter, Histogram, type MetricValueWithName } from 'prom-client';
import { durationBuckets, type MetricOptions, registry } from './metrics.ts';

type Labels = Readonly<Record<string, string>>;

/** What is counted for one set of labels. Whoever counts often keeps it: adding to it is all that an event costs. */
export interface Tally {
  /** One more event, or a value that was observed. */
  add(value?: number): void;
}

/** The tally of a set of labels, made at first use. */
export type FindTally = (labels: Labels) => Tally;

/** Remembers what is made for each set of labels. */
function rememberByLabels<T>(names: readonly string[], make: (labels: Labels) => T) {
  const made = new Map<string, T>();
  return {
    all: made,
    find: (labels: Labels): T => {
      const key = names.map((name) => labels[name]).join('\u0000');
      const known = made.get(key) ?? make({ ...labels });
      made.set(key, known);
      return known;
    },
  };
}

const made = new Map<string, FindTally>();

/** One metric of each name in a process. */
function once(name: string, make: () => FindTally): FindTally {
  const known = made.get(name) ?? make();
  made.set(name, known);
  return known;
}

/** A counter whose tallies are told to the registry when somebody reads it. */
export function talliedCounter({ name, help, labels = [] }: MetricOptions): FindTally {
  return once(name, () => {
    const counts = rememberByLabels(labels, (of) => {
      const tally = {
        labels: of,
        count: 0,
        add: (value = 1) => {
          tally.count += value;
        },
      };
      return tally;
    });
    const metric = new Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect: () => {
        for (const tally of counts.all.values()) {
          metric.inc({ ...tally.labels }, tally.count);
          tally.count = 0;
        }
      },
    });
    return counts.find;
  });
}

/** Values of one set of labels by bucket: each in the first that it does not exceed, the largest in none of them. */
class HistogramTally implements Tally {
  readonly labels: Labels;
  readonly counts: number[];
  readonly #bounds: readonly number[];
  sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels;
    this.#bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value = 1): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }

  /** As the exposition format has it: counts of all that is at most `le`, then sum and count. */
  samples(name: string): MetricValueWithName<string>[] {
    let total = 0;
    const buckets = this.counts.map((count, bucket) => {
      total += count;
      return {
        labels: { ...this.labels, le: this.#bounds[bucket] ?? '+Inf' },
        value: total,
        metricName: `${name}_bucket`,
      };
    });
    return [
      ...buckets,
      { labels: { ...this.labels }, value: this.sum, metricName: `${name}_sum` },
      { labels: { ...this.labels }, value: total, metricName: `${name}_count` },
    ];
  }
}

class TalliedHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #tallies: ReturnType<typeof rememberByLabels<HistogramTally>>;

  constructor({ name, help, labels = [], buckets = durationBuckets }: HistogramOptions) {
    super({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] });
    this.#name = name;
    this.#help = help;
    this.#tallies = rememberByLabels(labels, (of) => new HistogramTally(of, buckets));
  }

  find(labels: Labels): Tally {
    return this.#tallies.find(labels);
  }

  /** What prom-client reads a histogram by, for its page and for `get`. */
  async getForPromString() {
    const values = [...this.#tallies.all.values()].flatMap((tally) => tally.samples(this.#name));
    return { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
  }
}

type HistogramOptions = MetricOptions & { readonly buckets?: readonly number[] };

/** A histogram, of seconds where no other buckets are given, whose tallies the registry reads. */
export function talliedHistogram(options: HistogramOptions): FindTally {
  return once(options.name, () => {
    const metric = new TalliedHistogram(options);
    return (labels) => metric.find(labels);
  });
}
