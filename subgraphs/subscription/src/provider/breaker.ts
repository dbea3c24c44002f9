import { DomainError } from '@studymate/contracts';
import CircuitBreaker from 'opossum';
import Stripe from 'stripe';

const unavailable = () =>
  new DomainError('UPSTREAM_UNAVAILABLE', 'The payment service does not answer. Try again in a moment.');

export type Guard = ReturnType<typeof createGuard>;

/** Stripe answered and said no: that is no sign of bad health. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeCardError ||
  error instanceof Stripe.errors.StripeInvalidRequestError ||
  error instanceof Stripe.errors.StripeIdempotencyError;

export const isMissing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';

function presentFailure(error: unknown): unknown {
  if (error instanceof Stripe.errors.StripeCardError)
    return new DomainError('PAYMENT_REQUIRED', error.message);
  if (isRefusal(error)) return error;
  return unavailable();
}

/**
 * Calls Stripe with a time-out and a circuit breaker: while half of the recent calls fail it answers
 * UPSTREAM_UNAVAILABLE at once and asks again after `resetMs`. A declined card becomes PAYMENT_REQUIRED.
 */
export function createGuard({ timeoutMs, resetMs = 10_000 }: { timeoutMs: number; resetMs?: number }) {
  const breaker = new CircuitBreaker((call: () => Promise<void>) => call(), {
    timeout: timeoutMs,
    errorThresholdPercentage: 50,
    volumeThreshold: 4,
    resetTimeout: resetMs,
    errorFilter: isRefusal,
  });

  return async <T>(call: () => Promise<T>): Promise<T> => {
    const results: T[] = [];
    try {
      await breaker.fire(async () => {
        results.push(await call());
      });
    } catch (error) {
      throw presentFailure(error);
    }
    const [result] = results;
    if (result === undefined) throw unavailable();
    return result;
  };
}
