import type { Logger } from '@studymate/runtime';
import type { Context } from '../context.ts';
import { type CircuitListener, defaultBreakerOptions } from '../provider/breaker.ts';

/** Keeps each change of a circuit where `aiProviders` reads it. */
export const reportCircuit =
  (context: Context, logger: Logger): CircuitListener =>
  ({ provider, name }, state) => {
    const changedAt = context.now();
    const openUntil = state === 'OPEN' ? new Date(changedAt.getTime() + defaultBreakerOptions.resetMs) : null;
    logger.warn({ provider, model: name, state }, 'circuit changed');
    context.circuits
      .save({ provider, model: name, state, openUntil, changedAt })
      .catch((error: unknown) => logger.error({ err: error }, 'the circuit could not be noted'));
  };
