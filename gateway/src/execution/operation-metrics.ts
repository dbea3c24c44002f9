import { type Tally, talliedCounter, talliedHistogram } from '@studymate/runtime';
import type { ClientLabels } from '../plugins/client-labels.ts';

const plans = talliedCounter({
  name: 'gateway_plan_cache_total',
  help: 'Operations answered by a plan that was kept (hit), and those that had to be planned (miss).',
  labels: ['outcome', 'client', 'client_version'],
});

const costs = talliedHistogram({
  name: 'gateway_operation_cost',
  help: 'Estimated cost of operations, refused ones included.',
  labels: ['client', 'client_version'],
  buckets: [1, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000],
});

interface ClientTallies {
  readonly hit: Tally;
  readonly miss: Tally;
  readonly cost: Tally;
}

const tallies = new WeakMap<ClientLabels, ClientTallies>();

function talliesOf(client: ClientLabels): ClientTallies {
  const known = tallies.get(client) ?? {
    hit: plans({ outcome: 'hit', ...client }),
    miss: plans({ outcome: 'miss', ...client }),
    cost: costs({ ...client }),
  };
  tallies.set(client, known);
  return known;
}

export const countPlan = (outcome: 'hit' | 'miss', client: ClientLabels): void =>
  talliesOf(client)[outcome].add();

export const observeCost = (cost: number, client: ClientLabels): void => talliesOf(client).cost.add(cost);
