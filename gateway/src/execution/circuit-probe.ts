import { setTimeout as delay } from 'node:timers/promises';
import type { CircuitBreaker } from './circuit-breaker.ts';

export interface CircuitProbe {
  readonly circuit: CircuitBreaker;
  /** Asks the service something that costs it nothing; rejects when no sensible answer comes in time. */
  readonly ask: () => Promise<unknown>;
  /** False once nobody will ask the service again. */
  readonly isWanted: () => boolean;
  readonly everyMs: number;
}

/**
 * Asks a service that is left alone whether it is back, until it is or its circuit has closed otherwise. So no request of
 * a client has to try, and one that was only restarted is back in service at once.
 */
export async function probeUntilClosed({ circuit, ask, isWanted, everyMs }: CircuitProbe): Promise<void> {
  for (;;) {
    await delay(everyMs, undefined, { ref: false });
    if (!isWanted() || circuit.state === 'closed') return;
    const isBack = await ask().then(
      () => true,
      () => false,
    );
    if (isBack) return circuit.succeeded();
  }
}
