import { counter, histogram } from '@studymate/runtime';
import type { ClientLabels } from '../plugins/client-labels.ts';

const plans = counter({
  name: 'gateway_plan_cache_total',
  help: 'Operations answered by a plan that was kept (hit), and those that had to be planned (miss).',
  labels: ['outcome', 'client', 'client_version'],
});

const costs = histogram({
  name: 'gateway_operation_cost',
  help: 'Estimated cost of operations, refused ones included.',
  labels: ['client', 'client_version'],
  buckets: [1, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000],
});

export const countPlan = (outcome: 'hit' | 'miss', client: ClientLabels): void =>
  plans.inc({ outcome, ...client });

export const observeCost = (cost: number, client: ClientLabels): void => costs.observe({ ...client }, cost);
