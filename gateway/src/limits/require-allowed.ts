import { GraphQLError } from 'graphql';
import { estimateCost } from '../cost/estimate-cost.ts';
import { type BoundedCache, createBoundedCache } from '../execution/bounded-cache.ts';
import type { Eventually } from '../execution/eventually.ts';
import type { DataObject } from '../execution/gathered.ts';
import { observeCost } from '../execution/operation-metrics.ts';
import type { Graph, PreparedOperation } from '../execution/prepared-operation.ts';
import type { RequestScope } from '../execution/scope.ts';
import type { RequireTrust } from '../identity/request-risk.ts';
import { requireSizeWithin } from '../plugins/operation-limits.ts';
import type { ChargeOperation } from '../plugins/rate-limits.ts';
import { refusal } from '../plugins/read-body.ts';
import { requireInputSizes, requirePageSizes } from './list-sizes.ts';
import type { PlanRules } from './plans.ts';

/** What holds a request to its sender's plan. */
export interface PlanSettings {
  readonly rulesOf: (scope: RequestScope) => PlanRules;
  readonly charge: ChargeOperation;
  /** Holds it to what its risk allows. */
  readonly requireTrust: RequireTrust;
}

interface Asked {
  readonly variables: DataObject;
  readonly scope: RequestScope;
  readonly settings: PlanSettings;
}

const estimates = new WeakMap<PreparedOperation, BoundedCache<number>>();
const maxEstimates = 16;

/** What decides an estimate among the variables: numbers are lengths of lists, booleans are conditions. */
const deciding = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';

/** The estimate, remembered for as long as its operation is. */
function estimateOnce(
  graph: Graph,
  prepared: PreparedOperation,
  { variables, listSize }: { readonly variables: DataObject; readonly listSize: number },
): number {
  const { operation, root, fragments } = prepared;
  const values = operation.variableDefinitions?.map(({ variable }) =>
    deciding(variables[variable.name.value]),
  );
  const key = `${listSize},${values ?? ''}`;
  const known = estimates.get(prepared) ?? createBoundedCache<number>(maxEstimates);
  const before = known.get(key);
  if (before !== undefined) return before;
  const cost = estimateCost(operation, root.name, { index: graph.cost, fragments, variables, listSize });
  known.set(key, cost);
  estimates.set(prepared, known);
  return cost;
}

/** What the operation may cost. Throws OPERATION_TOO_COMPLEX (400) when that is more than is allowed. */
function requireAffordable(
  graph: Graph,
  prepared: PreparedOperation,
  { variables, scope, allowed }: Pick<Asked, 'variables' | 'scope'> & { readonly allowed: PlanRules['cost'] },
): number {
  if (allowed === false) return 0;
  const { max, listSize } = allowed;
  const cost = estimateOnce(graph, prepared, { variables, listSize });
  observeCost(cost, scope.client);
  if (cost <= max) return cost;
  throw new GraphQLError(`The operation may cost ${cost}; ${max} is allowed.`, {
    extensions: { code: 'OPERATION_TOO_COMPLEX', cost, maxCost: max, http: { status: 400 } },
  });
}

/**
 * Holds an operation with its variables to what its sender may ask, before anything is fetched: size, lengths of
 * lists, cost, the rates it is charged to, and the risk that it is not who it says. Throws or rejects with a refusal
 * (400, 401, 403 or 429).
 */
export function requireAllowed(
  graph: Graph,
  prepared: PreparedOperation,
  { variables, scope, settings }: Asked,
): Eventually<unknown> {
  const { limits, cost } = settings.rulesOf(scope);
  const { operation, size, rootUses, slices } = prepared;
  if (scope.apiKey && operation.operation === 'subscription')
    throw refusal(403, 'FORBIDDEN', 'An API key opens no subscriptions.');
  if (size) requireSizeWithin(operation, size, limits);
  requirePageSizes(slices, variables, limits);
  requireInputSizes(variables, limits);
  const estimated = requireAffordable(graph, prepared, { variables, scope, allowed: cost });
  if (scope.debug && cost !== false) scope.debug.cost = estimated;
  const charge = { cost: estimated, operation: operation.operation, rootUses };
  const charged = settings.charge(scope, charge);
  return charged instanceof Promise
    ? charged.then(() => settings.requireTrust(scope, charge))
    : settings.requireTrust(scope, charge);
}
