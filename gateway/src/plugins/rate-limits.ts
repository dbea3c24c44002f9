import type { Eventually } from '../execution/eventually.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { PlanRules } from '../limits/plans.ts';
import type { Quotas } from '../limits/quotas.ts';
import type { RateLimiter } from '../limits/rate-limiter.ts';
import type { Allowance, Rate } from '../limits/rate-window.ts';
import type { CostBudget, Rates } from '../limits/rules-schema.ts';
import { refusalWithHeaders } from './refusal-with-headers.ts';

/** IPv6 callers hold at least a /64 each: it counts as one address. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = ''] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const full = address.includes('::') ? [...groups, '0', '0', '0', '0'] : groups;
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** One policy that a request was held to. */
interface Held extends Allowance {
  readonly policy: string;
  readonly seconds: number;
}

/**
 * What is left of each policy, as the IETF's draft writes it (draft-ietf-httpapi-ratelimit-headers-10), and of the
 * first one as its older versions did, which most clients read.
 */
function headersOf([first, ...others]: readonly [Held, ...Held[]]): Record<string, string> {
  let policies = `"${first.policy}";q=${first.limit};w=${first.seconds}`;
  let left = `"${first.policy}";r=${first.remaining};t=${first.resetSeconds}`;
  for (const { policy, limit, seconds, remaining, resetSeconds } of others) {
    policies += `, "${policy}";q=${limit};w=${seconds}`;
    left += `, "${policy}";r=${remaining};t=${resetSeconds}`;
  }
  return {
    'ratelimit-policy': policies,
    ratelimit: left,
    'ratelimit-limit': String(first.limit),
    'ratelimit-remaining': String(first.remaining),
    'ratelimit-reset': String(first.resetSeconds),
  };
}

/** Throws RATE_LIMITED or QUOTA_EXCEEDED (429) when a policy has nothing left, with the headers that say so. */
function requireAllowed(held: readonly Held[], code: 'RATE_LIMITED' | 'QUOTA_EXCEEDED'): void {
  const refused = held.find(({ isAllowed }) => !isAllowed);
  if (!refused) return;
  const { resetSeconds: retryAfterSeconds, policy } = refused;
  const others = held.filter((each) => each !== refused);
  throw refusalWithHeaders({
    status: 429,
    code,
    message: `Too many requests. Try again in ${retryAfterSeconds} seconds.`,
    headers: { ...headersOf([refused, ...others]), 'retry-after': String(retryAfterSeconds) },
    details: { policy, retryAfterSeconds },
  });
}

/** Answers the headers that tell a caller what is left to it. Throws or rejects with a 429 when nothing is. */
export type HoldToRate = (scope: RequestScope) => Eventually<Record<string, string>>;

/** What one operation takes of its caller's rates, beside being a request. */
export interface OperationCharge {
  readonly cost: number;
  readonly operation: 'query' | 'mutation' | 'subscription';
  /** How often it asks each root field. */
  readonly rootUses: ReadonlyMap<string, number>;
}

/** Charges an operation before it is run. Throws or rejects with RATE_LIMITED (429). */
export type ChargeOperation = (scope: RequestScope, charge: OperationCharge) => Eventually<unknown>;

export interface RateLimits {
  readonly holdToRate: HoldToRate;
  readonly charge: ChargeOperation;
  /** Holds what is not yet known to be a key to the rate of its address. */
  readonly holdAddress: (ipAddress: string) => Promise<void>;
}

interface RateLimitOptions {
  readonly rulesOf: (scope: RequestScope) => PlanRules;
  /** Rates of addresses, which have no plan. */
  readonly rates: Rates | false;
  readonly limiter: RateLimiter;
  readonly quotas: Quotas;
}

/** Whom a rate is counted for, and which rate of the plan that is. */
function policyOf({ viewer, apiKey, ipAddress }: RequestScope, rates: Rates): [string, string, Rate] {
  if (apiKey) return ['key', apiKey.id, rates.key ?? rates.viewer];
  return viewer ? ['viewer', viewer.id, rates.viewer] : ['address', networkOf(ipAddress), rates.address];
}

const rootNames = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

const budgetRates = new WeakMap<CostBudget, Rate>();

/** A budget as a rate: one and the same for each budget, as counters know rates by identity. */
function rateOf(budget: CostBudget): Rate {
  const rate = budgetRates.get(budget) ?? { requests: budget.cost, seconds: budget.seconds };
  budgetRates.set(budget, rate);
  return rate;
}

interface Taking {
  readonly rate: Rate;
  readonly points?: number;
}

/** Holds keys and signed-in callers to a rate each, the others to one for their address, and all to their budget. */
export function createRateLimits({ rulesOf, rates, limiter, quotas }: RateLimitOptions): RateLimits {
  const rootRates = new Map(rates === false ? [] : Object.entries(rates.rootFields));

  const take = (policy: string, key: string, { rate, points = 1 }: Taking): Eventually<Held> => {
    const held = (allowance: Allowance): Held => {
      const one = { ...allowance, policy, seconds: rate.seconds };
      requireAllowed([one], 'RATE_LIMITED');
      return one;
    };
    const allowance = limiter.take(`${policy}:${key}`, rate, points);
    return allowance instanceof Promise ? allowance.then(held) : held(allowance);
  };

  const takeQuota = async (held: Held, keyId: string, { quota }: PlanRules) => {
    const taken = await quotas.take(keyId, quota);
    const all = [held, ...taken.map((allowance) => ({ ...allowance, policy: allowance.period }))] as const;
    requireAllowed(all, 'QUOTA_EXCEEDED');
    return headersOf(all);
  };

  /** Undefined when no root field that is asked has a rate of its own. */
  const takeRootFields = (
    { ipAddress }: RequestScope,
    { operation, rootUses }: OperationCharge,
  ): Promise<unknown> | undefined => {
    if (rootRates.size === 0) return undefined;
    const limited = [...rootUses].flatMap(([name, points]) => {
      const field = `${rootNames[operation]}.${name}`;
      const rate = rootRates.get(field);
      return rate ? [{ field, rate, points }] : [];
    });
    if (limited.length === 0) return undefined;
    return limited.reduce<Promise<unknown>>(
      (before, { field, ...taking }) => before.then(() => take(field, networkOf(ipAddress), taking)),
      Promise.resolve(),
    );
  };

  const takeCost = (scope: RequestScope, { cost }: OperationCharge, rules: PlanRules) => {
    if (rules.rates === false || rules.cost === false || !rules.cost.budget || cost === 0) return undefined;
    const [, key] = policyOf(scope, rules.rates);
    return take('cost', key, { rate: rateOf(rules.cost.budget), points: cost });
  };

  return {
    holdToRate: (scope) => {
      const rules = rulesOf(scope);
      if (rules.rates === false) return {};
      const { apiKey } = scope;
      const [policy, key, rate] = policyOf(scope, rules.rates);
      const taken = take(policy, key, { rate });
      if (apiKey) return Promise.resolve(taken).then((held) => takeQuota(held, apiKey.id, rules));
      return taken instanceof Promise ? taken.then((held) => headersOf([held])) : headersOf([taken]);
    },
    charge: (scope, charge) => {
      const rules = rulesOf(scope);
      if (rules.rates === false) return undefined;
      const taken = takeRootFields(scope, charge);
      return taken ? taken.then(() => takeCost(scope, charge, rules)) : takeCost(scope, charge, rules);
    },
    holdAddress: async (ipAddress) => {
      if (rates !== false) await take('address', networkOf(ipAddress), { rate: rates.address });
    },
  };
}
