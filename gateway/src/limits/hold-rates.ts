import type { Clock, Logger } from '@studymate/runtime';
import type { Config } from '../config.ts';
import type { RequestScope } from '../execution/scope.ts';
import { createRateLimits, type RateLimits } from '../plugins/rate-limits.ts';
import { createLoadShedding, type LoadShedding } from './load-shedding.ts';
import { createPlans, type PlanRules } from './plans.ts';
import { createQuotas } from './quotas.ts';
import { connectCounters, createRateLimiter } from './rate-limiter.ts';

export interface HeldRates extends RateLimits {
  /** What the sender of a request may ask, by its plan. */
  readonly rulesOf: (scope: RequestScope) => PlanRules;
  readonly shedding: LoadShedding;
  readonly stopLimiter: () => Promise<void>;
}

/** A plan that goes by a client's name is for whoever takes that name. */
function warnOfOpenPlans({ operations: { clients } }: Config, logger: Logger): void {
  for (const [client, { plan }] of Object.entries(clients)) {
    if (plan !== undefined) logger.warn({ client, plan }, 'anybody who says to be this client has its plan');
  }
}

/** Plans, the counters that callers are held to, and what turns them away when there is too much to do. */
export function holdRates(config: Config, logger: Logger, now: Clock): HeldRates {
  const redis = config.rates === false || config.redisUrl === null ? null : connectCounters(config.redisUrl);
  const findPlan = createPlans(config);
  const rulesOf = ({ plan, client }: RequestScope) => findPlan({ plan, clientName: client.client });
  warnOfOpenPlans(config, logger);
  const limiter = createRateLimiter(redis, logger, now);
  const limits = createRateLimits({
    rulesOf,
    rates: config.rates,
    limiter,
    quotas: createQuotas(redis, now),
  });
  const shedding = createLoadShedding(config);
  const stopLimiter = async () => {
    shedding.stop();
    await limiter.stop();
    redis?.disconnect();
  };
  return { ...limits, rulesOf, shedding, stopLimiter };
}
