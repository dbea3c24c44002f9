import type { Dashboard } from './dashboard.ts';

export const gateway: Dashboard = {
  uid: 'studymate-gateway',
  title: 'StudyMate: gateway',
  rows: [
    {
      title: 'Requests',
      panels: [
        {
          title: 'By operation',
          description: 'The ten that are asked most.',
          unit: 'reqps',
          queries: [
            {
              expr: 'topk(10, sum by (operation) (rate(gateway_requests_total[$rate])))',
              legend: '{{operation}}',
            },
          ],
        },
        {
          title: 'By client',
          description: 'Registered clients and their versions.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (client, client_version) (rate(gateway_requests_total[$rate]))',
              legend: '{{client}} {{client_version}}',
            },
          ],
        },
        {
          title: 'By lane',
          description: '`known` were answered before, `new` took the whole way, `refused` were not executed.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, lane) (rate(gateway_request_duration_seconds_bucket[$rate])))',
              legend: 'p95 {{lane}}',
            },
          ],
        },
        {
          title: 'Plans and caches',
          description: 'How often the plan, the answer or an entity was there already.',
          unit: 'reqps',
          queries: [
            { expr: 'sum by (outcome) (rate(gateway_plan_cache_total[$rate]))', legend: 'plan {{outcome}}' },
            {
              expr: 'sum by (kind, outcome) (rate(gateway_cache_lookups_total[$rate])) or vector(0)',
              legend: '{{kind}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Cost',
          description: 'Estimated cost of operations; a shift to the right is a heavier client.',
          unit: 'short',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le) (rate(gateway_operation_cost_bucket[$rate])))',
              legend: 'p95',
            },
          ],
        },
        {
          title: 'Event loop',
          description: 'How late it is; above 0.1 s the gateway sheds load. Start more of them.',
          unit: 's',
          queries: [
            { expr: 'max by (instance) (gateway_event_loop_delay_seconds)', legend: 'gateway {{instance}}' },
            { expr: 'max by (instance) (nodejs_eventloop_lag_p99_seconds)', legend: 'p99 {{instance}}' },
          ],
        },
      ],
    },
    {
      title: 'Subgraphs, as the gateway sees them',
      panels: [
        {
          title: 'Time of a fetch',
          description: 'Whoever is slow here is where to look next: its own page, then a trace.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, subgraph) (rate(gateway_subgraph_duration_seconds_bucket[$rate])))',
              legend: 'p95 {{subgraph}}',
            },
          ],
        },
        {
          title: 'Failed fetches and open circuits',
          description: 'No sensible answer, by reason; 1 while a subgraph is not asked at all.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (subgraph, reason) (rate(gateway_subgraph_failures_total[$rate])) or vector(0)',
              legend: '{{subgraph}} {{reason}}',
            },
            {
              expr: 'max by (subgraph) (gateway_subgraph_circuit_open) or vector(0)',
              legend: '{{subgraph}} circuit',
            },
          ],
        },
        {
          title: 'Live',
          description:
            'Open subscriptions by protocol, WebSockets, and the connections they share to subgraphs.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (protocol) (gateway_subscriptions) or vector(0)',
              legend: 'subscriptions {{protocol}}',
            },
            { expr: 'sum(gateway_websockets)', legend: 'websockets' },
            { expr: 'sum(gateway_stream_connections) or vector(0)', legend: 'to subgraphs' },
          ],
        },
        {
          title: 'Supergraph',
          description: 'New ones taken into service or refused within a day.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (outcome) (increase(gateway_supergraph_updates_total[1d]))',
              legend: '{{outcome}}',
            },
          ],
        },
      ],
    },
  ],
};
