import type { CircuitState } from '@studymate/database/ai';
import CircuitBreaker from 'opossum';
import type { Model } from '../model/model.ts';
import { type DraftRequest, type Provider, ProviderFailure, type ProviderReply } from './provider.ts';

export interface BreakerOptions {
  /** How long one call may take. */
  readonly timeoutMs: number;
  /** Failures within a minute that open the circuit, when they are half of the calls or more. */
  readonly failuresToOpen: number;
  /** How long an open circuit stays open before one probe is let through. */
  readonly resetMs: number;
}

export const defaultBreakerOptions: BreakerOptions = {
  timeoutMs: 10_000,
  failuresToOpen: 5,
  resetMs: 30_000,
};

/** A provider behind its circuit breaker and time limit. */
export interface Breaker {
  readonly model: Model;
  call(request: DraftRequest, signal: AbortSignal): Promise<ProviderReply>;
  stop(): void;
}

export type CircuitListener = (model: Model, state: CircuitState) => void;

/** Trouble that speaks of this one request, not of the provider. */
const requestOutcomes = ['REFUSED', 'INVALID_OUTPUT', 'CANCELED'];
const windowMs = 60_000;

/**
 * Guards a provider: a call that takes too long is aborted, and after too many failures the provider is left alone
 * for a while, then tried with one probe.
 */
export function createBreaker(
  provider: Provider,
  options: BreakerOptions,
  onChange: CircuitListener,
): Breaker {
  const circuit = new CircuitBreaker(
    (request: DraftRequest, signal: AbortSignal) => callInTime(provider, request, { signal, ...options }),
    {
      timeout: false,
      errorThresholdPercentage: 50,
      volumeThreshold: options.failuresToOpen,
      resetTimeout: options.resetMs,
      rollingCountTimeout: windowMs,
      errorFilter: (error: unknown) =>
        error instanceof ProviderFailure && requestOutcomes.includes(error.outcome),
    },
  );
  circuit.on('open', () => onChange(provider.model, 'OPEN'));
  circuit.on('halfOpen', () => onChange(provider.model, 'HALF_OPEN'));
  circuit.on('close', () => onChange(provider.model, 'CLOSED'));

  return {
    model: provider.model,
    call: async (request, signal) => {
      try {
        return await circuit.fire(request, signal);
      } catch (error) {
        throw error instanceof Error && CircuitBreaker.isOurError(error)
          ? new ProviderFailure('CIRCUIT_OPEN', 'The model failed too often lately.')
          : error;
      }
    },
    stop: () => circuit.shutdown(),
  };
}

interface CallLimits extends BreakerOptions {
  readonly signal: AbortSignal;
}

async function callInTime(
  provider: Provider,
  request: DraftRequest,
  { signal, timeoutMs }: CallLimits,
): Promise<ProviderReply> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  try {
    return await provider.draft(request, either);
  } catch (error) {
    if (signal.aborted) throw new ProviderFailure('CANCELED', 'The call was canceled.');
    if (timeout.aborted) throw new ProviderFailure('TIMEOUT', `No complete answer within ${timeoutMs} ms.`);
    throw error;
  }
}
