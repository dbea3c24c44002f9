import type { GatewayFile } from '../config-schema.ts';
import type { CostRules, OperationLimits, PlanOverrides, QuotaRules, Rates } from './rules-schema.ts';

/** What a caller may ask, how costly, how often. */
export interface PlanRules {
  readonly limits: OperationLimits;
  readonly cost: CostRules | false;
  readonly rates: Rates | false;
  /** Of an API key. */
  readonly quota: QuotaRules;
}

/** What decides a caller's plan. */
export interface PlanHolder {
  /** As the caller's token or key says it. */
  readonly plan: string | null;
  /** As the client names itself. */
  readonly clientName: string | null;
}

export type FindPlan = (holder: PlanHolder) => PlanRules;

type Rules = Pick<GatewayFile, 'limits' | 'cost' | 'rates' | 'quota' | 'plans' | 'operations'>;

function override(rules: Rules, plan: PlanOverrides): PlanRules {
  return {
    limits: { ...rules.limits, ...plan.limits },
    cost: rules.cost && {
      ...rules.cost,
      max: plan.cost?.max ?? rules.cost.max,
      budget: plan.cost?.budget ?? rules.cost.budget,
    },
    rates: rules.rates && {
      ...rules.rates,
      viewer: plan.rates?.viewer ?? rules.rates.viewer,
      key: plan.rates?.key ?? plan.rates?.viewer ?? rules.rates.key,
    },
    quota: { ...rules.quota, ...plan.quota },
  };
}

/**
 * The rules of each plan: those for everybody, with what the plan changes. A caller's own plan goes before the
 * one of its client; one that is not configured is nobody's.
 */
export function createPlans(rules: Rules): FindPlan {
  const { limits, cost, rates, quota } = rules;
  const everybody: PlanRules = { limits, cost, rates, quota };
  const plans = new Map(Object.entries(rules.plans).map(([name, plan]) => [name, override(rules, plan)]));
  const clients = new Map(
    Object.entries(rules.operations.clients).map(([client, { plan = '' }]) => [client, plans.get(plan)]),
  );
  return ({ plan, clientName }) => plans.get(plan ?? '') ?? clients.get(clientName ?? '') ?? everybody;
}
