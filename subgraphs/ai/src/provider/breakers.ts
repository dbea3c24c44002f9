import { type Breaker, type BreakerOptions, type CircuitListener, createBreaker } from './breaker.ts';
import type { Provider } from './provider.ts';

/** The embedded provider is the last resort: it may take its time over a long text, and is never left out. */
const lastResort = { timeoutMs: 60_000, failuresToOpen: Number.MAX_SAFE_INTEGER };

/** Every provider behind its own breaker, in the same order. */
export const createBreakers = (
  providers: readonly Provider[],
  options: BreakerOptions,
  onChange: CircuitListener,
): Breaker[] =>
  providers.map((provider) =>
    createBreaker(
      provider,
      provider.model.provider === 'embedded' ? { ...options, ...lastResort } : options,
      onChange,
    ),
  );
