export type Kind = 'subject' | 'card' | 'session' | 'attempt' | 'credit';

/** One thing a writer wanted to be written, under an idempotency key of its own. */
export interface Write {
  readonly kind: Kind;
  readonly userId: string;
  /** The writer's own name for it, which nothing else has. */
  readonly label: string;
  /** Set once the house has acknowledged it. */
  id: string | null;
  /** The house has also acknowledged that it is finished: a session or an attempt. */
  isFinished: boolean;
  /** The code with which the house refused it for good. */
  refusal: string | null;
}

/** What was asked for and what was acknowledged, and when. */
export interface Ledger {
  readonly writes: Write[];
  /** When each request succeeded, in ms since the start. */
  readonly successes: number[];
  readonly startedAt: number;
}

export const openLedger = (): Ledger => ({ writes: [], successes: [], startedAt: performance.now() });

export const noteSuccess = (ledger: Ledger): void => {
  ledger.successes.push(performance.now() - ledger.startedAt);
};

const windowMs = 3_000;
const stepMs = 250;
const recovered = 0.95;

/**
 * How long after a kill the house did 95 % of the work again that it did before the first one, seen over 3 s; null
 * when it did not within the measurement.
 */
export function recoverySeconds(
  ledger: Ledger,
  {
    killedAtMs,
    undisturbedMs,
    untilMs,
  }: Readonly<Record<'killedAtMs' | 'undisturbedMs' | 'untilMs', number>>,
): number | null {
  const rate = (from: number, to: number) =>
    ledger.successes.filter((at) => at >= from && at < to).length / (to - from);
  const usual = rate(0, undisturbedMs);
  for (let from = killedAtMs; from + windowMs <= untilMs; from += stepMs) {
    if (rate(from, from + windowMs) >= usual * recovered) return (from - killedAtMs) / 1_000;
  }
  return null;
}
