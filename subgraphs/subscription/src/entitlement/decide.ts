import type { FullPlan } from '../plan/plan.repository.ts';

type Plan = Pick<FullPlan, 'code' | 'rank' | 'public' | 'features'>;

export type AllowingReason = 'PLAN' | 'TRIAL' | 'GRACE';

/** Where a learner stands: the plan that counts now and why. `lapsed` is the plan that an unpaid bill suspends. */
export interface Standing<P extends Plan = FullPlan> {
  readonly plan: P;
  readonly reason: AllowingReason;
  readonly lapsed: P | null;
}

export interface SubscriptionFacts {
  readonly status: string;
  readonly graceEndsAt: Date | null;
}

/** Which plan counts at `now`: the subscription's own while it runs or is in grace, else the free one. */
export function standingOf<P extends Plan>(
  subscription: (SubscriptionFacts & { readonly plan: P }) | null,
  free: P,
  now: Date,
): Standing<P> {
  if (!subscription) return { plan: free, reason: 'PLAN', lapsed: null };
  const { plan, status, graceEndsAt } = subscription;
  if (status === 'ACTIVE') return { plan, reason: 'PLAN', lapsed: null };
  if (status === 'TRIALING') return { plan, reason: 'TRIAL', lapsed: null };
  if (status === 'PAST_DUE' && graceEndsAt !== null && now < graceEndsAt) {
    return { plan, reason: 'GRACE', lapsed: null };
  }
  const isUnpaid = status === 'PAST_DUE' || status === 'UNPAID';
  return { plan: free, reason: 'PLAN', lapsed: isUnpaid ? plan : null };
}

export interface Decision {
  readonly allowed: boolean;
  readonly limit: number | null;
  readonly used: number | null;
  readonly remaining: number | null;
  readonly reason: AllowingReason | 'CREDITS' | 'NO_PLAN' | 'LIMIT_REACHED' | 'PAST_DUE';
}

const featureOf = (plan: Plan | null, feature: string) =>
  plan?.features.find((included) => included.feature === feature) ?? null;

const refusal = (standing: Standing<Plan>, feature: string): Decision => ({
  allowed: false,
  limit: null,
  used: null,
  remaining: null,
  reason: featureOf(standing.lapsed, feature) ? 'PAST_DUE' : 'NO_PLAN',
});

/** What may be used of a feature. `used` is null where nobody here counts it. */
export function decideFeature(standing: Standing<Plan>, feature: string, used: number | null): Decision {
  const included = featureOf(standing.plan, feature);
  if (!included) return refusal(standing, feature);
  if (included.kind === 'BOOLEAN' || included.limit === null) {
    const counted = included.kind === 'METERED' ? used : null;
    return { allowed: true, limit: null, used: counted, remaining: null, reason: standing.reason };
  }
  const { limit } = included;
  if (used === null) {
    return { allowed: limit > 0, limit, used: null, remaining: null, reason: standing.reason };
  }
  const remaining = Math.max(0, limit - used);
  const allowed = remaining > 0;
  return { allowed, limit, used, remaining, reason: allowed ? standing.reason : 'LIMIT_REACHED' };
}

export interface CreditFacts {
  readonly available: number;
  /** The part of what is available that came with a plan. */
  readonly fromPlan: number;
  readonly used: number;
}

/** AI credits: the ledger decides, the plan only says how many come each month. */
export function decideCredits(standing: Standing<Plan>, feature: string, credits: CreditFacts): Decision {
  const included = featureOf(standing.plan, feature);
  const { available, fromPlan, used } = credits;
  const counts = { limit: included?.limit ?? null, used, remaining: available };
  if (available > 0) {
    return { allowed: true, ...counts, reason: included && fromPlan > 0 ? standing.reason : 'CREDITS' };
  }
  const reason = included ? 'LIMIT_REACHED' : refusal(standing, feature).reason;
  return { allowed: false, ...counts, reason };
}

/** The cheapest plan on offer that gives the feature, or more of it, than the learner's; null when none does. */
export function findUpgrade<P extends Plan>(
  plans: readonly P[],
  standing: Standing<P>,
  feature: string,
): P | null {
  const own = featureOf(standing.plan, feature);
  if (own && own.limit === null) return null;
  const better = plans.filter((plan) => {
    const offered = featureOf(plan, feature);
    if (!plan.public || plan.rank <= standing.plan.rank || !offered) return false;
    return own === null || offered.limit === null || offered.limit > (own.limit ?? 0);
  });
  return better.toSorted((a, b) => a.rank - b.rank)[0] ?? null;
}
