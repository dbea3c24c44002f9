import type { Clock } from '@studymate/runtime';

export interface CircuitOptions {
  /** Failures in a row that open the circuit. */
  readonly failures: number;
  readonly openMs: number;
  readonly now: Clock;
}

export type CircuitState = 'closed' | 'open' | 'half-open';

/** Keeps requests from a service that keeps failing; after `openMs` lets one through to try. */
export interface CircuitBreaker {
  readonly state: CircuitState;
  /** Whether a request may go now. One that may must be followed by `succeeded` or `failed`. */
  admit(): boolean;
  succeeded(): void;
  failed(): void;
}

export function createCircuitBreaker({ failures, openMs, now }: CircuitOptions): CircuitBreaker {
  let failedInRow = 0;
  let openedAt = 0;
  let state: CircuitState = 'closed';
  return {
    get state() {
      return state;
    },
    admit: () => {
      if (state === 'closed') return true;
      if (state === 'half-open' || now().getTime() - openedAt < openMs) return false;
      state = 'half-open';
      return true;
    },
    succeeded: () => {
      failedInRow = 0;
      state = 'closed';
    },
    failed: () => {
      failedInRow += 1;
      if (state !== 'half-open' && failedInRow < failures) return;
      state = 'open';
      openedAt = now().getTime();
    },
  };
}
