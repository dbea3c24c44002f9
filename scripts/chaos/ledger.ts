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
const stepMs = 100;
const recovered = 0.95;

/** Requests that succeeded in a millisecond, between two moments of the ledger. */
export const goodput = ({ successes }: Ledger, fromMs: number, toMs: number): number =>
  successes.filter((at) => at >= fromMs && at < toMs).length / (toMs - fromMs);

/**
 * How long after a kill the house did 95 % of its usual work again, for 3 s on end; null when it has not yet, by
 * `untilMs`. `usual` is the goodput before the kill.
 */
export function recoverySeconds(
  ledger: Ledger,
  { killedAtMs, usual, untilMs }: Readonly<Record<'killedAtMs' | 'usual' | 'untilMs', number>>,
): number | null {
  if (usual === 0) return null;
  for (let from = killedAtMs; from + windowMs <= untilMs; from += stepMs) {
    if (goodput(ledger, from, from + windowMs) >= usual * recovered) return (from - killedAtMs) / 1_000;
  }
  return null;
}
