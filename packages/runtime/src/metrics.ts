import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One registry per process; every subgraph and gateway in it adds to the same page. */
export const registry = new Registry();

let collecting = false;

/** Process metrics (CPU, memory, event loop, GC). Safe to call more than once. */
export function collectProcessMetrics(): void {
  if (collecting) return;
  collecting = true;
  collectDefaultMetrics({ register: registry });
}

export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** The counter of that name, made at first use. */
export function counter({ name, help, labels = [] }: MetricOptions): Counter {
  const existing = registry.getSingleMetric(name);
  if (existing instanceof Counter) return existing;
  return new Counter({ name, help, labelNames: [...labels], registers: [registry] });
}

interface GaugeOptions extends MetricOptions {
  /** Sets it each time that metrics are asked for; else it keeps what it was set to. */
  readonly read?: (gauge: Gauge) => void;
}

/** The gauge of that name, made at first use. */
export function gauge({ name, help, labels = [], read }: GaugeOptions): Gauge {
  const existing = registry.getSingleMetric(name);
  if (existing instanceof Gauge) return existing;
  return new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    ...(read && {
      collect(this: Gauge) {
        read(this);
      },
    }),
  });
}

/** Seconds. */
export const durationBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The histogram of that name in seconds, made at first use. */
export function histogram(options: MetricOptions & { readonly buckets?: readonly number[] }): Histogram {
  const existing = registry.getSingleMetric(options.name);
  if (existing instanceof Histogram) return existing;
  return new Histogram({
    name: options.name,
    help: options.help,
    labelNames: [...(options.labels ?? [])],
    buckets: [...(options.buckets ?? durationBuckets)],
    registers: [registry],
  });
}
