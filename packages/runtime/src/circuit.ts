import CircuitBreaker from 'opossum';
import { gauge } from './metrics.ts';

export interface CircuitOptions {
  /** What is called, for the message of `Unreachable`. */
  readonly name: string;
  /** How long one call may take. */
  readonly timeoutMs?: number;
  /** Failures within a minute that open the circuit, when they are half of the calls or more. */
  readonly failuresToOpen?: number;
  /** How long it is left alone then, before one call is let through as a probe. */
  readonly resetMs?: number;
  /** Calls under way at most: one that hangs must not take all that the process has. */
  readonly atOnce?: number;
  /** Whether an error speaks of this one request, and not of the state of the server. */
  readonly isRefusal: (error: unknown) => boolean;
}

/** Not called, for it failed too often lately or is busy; or called, and no answer came in time. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export interface Circuit {
  run<T>(call: () => Promise<T>): Promise<T>;
  stop(): void;
}

const windowMs = 60_000;

const openCircuits = gauge({
  name: 'circuit_open',
  help: '1 while an outside server is left alone because it failed too often.',
  labels: ['server'],
});

/**
 * Guards the calls to one outside server: each has its time, only so many are under way, and after too many failures
 * it is left alone for a while. Throws `Unreachable` in the place of what did not happen, else what the call throws.
 */
export function createCircuit({
  name,
  timeoutMs = 10_000,
  failuresToOpen = 5,
  resetMs = 30_000,
  atOnce = 32,
  isRefusal,
}: CircuitOptions): Circuit {
  const breaker = new CircuitBreaker((call: () => Promise<unknown>) => call(), {
    timeout: timeoutMs,
    errorThresholdPercentage: 50,
    volumeThreshold: failuresToOpen,
    resetTimeout: resetMs,
    rollingCountTimeout: windowMs,
    capacity: atOnce,
    errorFilter: isRefusal,
  });
  openCircuits.set({ server: name }, 0);
  breaker.on('open', () => openCircuits.set({ server: name }, 1));
  breaker.on('close', () => openCircuits.set({ server: name }, 0));
  return {
    run: async <T>(call: () => Promise<T>): Promise<T> => {
      try {
        return (await breaker.fire(call)) as T;
      } catch (error) {
        if (!(error instanceof Error && CircuitBreaker.isOurError(error))) throw error;
        throw new Unreachable(`${name} cannot be reached: ${error.message}`, { cause: error });
      }
    },
    stop: () => breaker.shutdown(),
  };
}
