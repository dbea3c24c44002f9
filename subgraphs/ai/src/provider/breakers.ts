import { gauge } from '@studymate/runtime';
import { type Breaker, type BreakerOptions, type CircuitListener, createBreaker } from './breaker.ts';
import type { Provider } from './provider.ts';

/** The embedded provider is the last resort: it may take its time over a long text, and is never left out. */
const lastResort = { timeoutMs: 60_000, failuresToOpen: Number.MAX_SAFE_INTEGER };

const openCircuits = gauge({
  name: 'ai_circuit_open',
  help: '1 while a model is not asked because it failed too often.',
  labels: ['provider', 'model'],
});

const tellingMetrics =
  (onChange: CircuitListener): CircuitListener =>
  (model, state) => {
    openCircuits.set({ provider: model.provider, model: model.name }, state === 'OPEN' ? 1 : 0);
    onChange(model, state);
  };

/** Every provider behind its own breaker, in the same order. */
export const createBreakers = (
  providers: readonly Provider[],
  options: BreakerOptions,
  onChange: CircuitListener,
): Breaker[] =>
  providers.map((provider) => {
    openCircuits.set({ provider: provider.model.provider, model: provider.model.name }, 0);
    return createBreaker(
      provider,
      provider.model.provider === 'embedded' ? { ...options, ...lastResort } : options,
      tellingMetrics(onChange),
    );
  });
