import type { RequestScope } from '../execution/scope.ts';
import type { PlanRules } from '../limits/plans.ts';
import type { Quotas } from '../limits/quotas.ts';
import type { RateLimiter } from '../limits/rate-limiter.ts';
import type { Allowance, Rate } from '../limits/rate-window.ts';
import type { Rates } from '../limits/rules-schema.ts';
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
function headersOf(held: readonly Held[]): Record<string, string> {
  const [first] = held;
  if (!first) return {};
  return {
    'ratelimit-policy': held.map((each) => `"${each.policy}";q=${each.limit};w=${each.seconds}`).join(', '),
    ratelimit: held.map((each) => `"${each.policy}";r=${each.remaining};t=${each.resetSeconds}`).join(', '),
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

/** Answers the headers that tell a caller what is left to it. Throws RATE_LIMITED (429) when nothing is. */
export type HoldToRate = (scope: RequestScope) => Promise<Record<string, string>>;

/** What one operation takes of its caller's rates, beside being a request. */
export interface OperationCharge {
  readonly cost: number;
  readonly operation: 'query' | 'mutation' | 'subscription';
  /** How often it asks each root field. */
  readonly rootUses: ReadonlyMap<string, number>;
}

/** Charges an operation before it is run. Throws RATE_LIMITED (429). */
export type ChargeOperation = (scope: RequestScope, charge: OperationCharge) => Promise<void>;

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

/** Holds keys and signed-in callers to a rate each, the others to one for their address, and all to their budget. */
export function createRateLimits({ rulesOf, rates, limiter, quotas }: RateLimitOptions): RateLimits {
  const take = async (
    policy: string,
    key: string,
    { rate, points = 1 }: { rate: Rate; points?: number },
  ) => ({
    ...(await limiter.take(`${policy}:${key}`, rate, points)),
    policy,
    seconds: rate.seconds,
  });

  const takeQuota = async ({ apiKey }: RequestScope, { quota }: PlanRules): Promise<Held[]> => {
    if (!apiKey) return [];
    const taken = await quotas.take(apiKey.id, quota);
    return taken.map((allowance) => ({ ...allowance, policy: allowance.period }));
  };

  const takeRootFields = async (
    { ipAddress }: RequestScope,
    { operation, rootUses }: OperationCharge,
  ): Promise<void> => {
    if (rates === false) return;
    for (const [name, points] of rootUses) {
      const field = `${rootNames[operation]}.${name}`;
      const rate = Object.hasOwn(rates.rootFields, field) ? rates.rootFields[field] : undefined;
      if (rate) requireAllowed([await take(field, networkOf(ipAddress), { rate, points })], 'RATE_LIMITED');
    }
  };

  return {
    holdToRate: async (scope) => {
      const rules = rulesOf(scope);
      if (rules.rates === false) return {};
      const [policy, key, rate] = policyOf(scope, rules.rates);
      const held: Held[] = [await take(policy, key, { rate })];
      requireAllowed(held, 'RATE_LIMITED');
      held.push(...(await takeQuota(scope, rules)));
      requireAllowed(held, 'QUOTA_EXCEEDED');
      return headersOf(held);
    },
    charge: async (scope, charge) => {
      const rules = rulesOf(scope);
      if (rules.rates === false) return;
      await takeRootFields(scope, charge);
      if (rules.cost === false || !rules.cost.budget || charge.cost === 0) return;
      const [, key] = policyOf(scope, rules.rates);
      const rate = { requests: rules.cost.budget.cost, seconds: rules.cost.budget.seconds };
      requireAllowed([await take('cost', key, { rate, points: charge.cost })], 'RATE_LIMITED');
    },
    holdAddress: async (ipAddress) => {
      if (rates === false) return;
      requireAllowed([await take('address', networkOf(ipAddress), { rate: rates.address })], 'RATE_LIMITED');
    },
  };
}
