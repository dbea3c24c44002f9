import type { Dashboard } from './dashboard.ts';

export const services: Dashboard = {
  uid: 'studymate-services',
  title: 'StudyMate: subgraphs and databases',
  rows: [
    {
      title: 'Subgraphs',
      panels: [
        {
          title: 'Requests',
          description: 'Answered a second, by subgraph.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (service) (rate(http_request_duration_seconds_count[$rate]))',
              legend: '{{service}}',
            },
          ],
        },
        {
          title: 'Time to answer',
          description: 'In the subgraph alone. What the gateway sees beyond it is the network or a queue.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket[$rate])))',
              legend: 'p95 {{service}}',
            },
          ],
        },
        {
          title: 'Processor',
          description: 'Cores in use by process.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (job, instance) (rate(process_cpu_seconds_total[$rate]))',
              legend: '{{job}} {{instance}}',
            },
          ],
        },
        {
          title: 'Memory',
          description: 'Resident, by process.',
          unit: 'bytes',
          queries: [
            {
              expr: 'sum by (job, instance) (process_resident_memory_bytes)',
              legend: '{{job}} {{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'What they stand on',
      panels: [
        {
          title: 'Connections in use',
          description:
            'Of those a pool may have. At 100 % requests wait: see the next panel, and look for long transactions.',
          unit: 'percentunit',
          queries: [
            {
              expr: 'sum by (database) (database_pool_connections{state="busy"}) / sum by (database) (database_pool_limit)',
              legend: '{{database}}',
            },
          ],
        },
        {
          title: 'Waiting for a connection',
          description: 'More than none for long is the beginning of an outage.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (database) (database_pool_connections{state="waiting"})',
              legend: '{{database}}',
            },
          ],
        },
        {
          title: 'Kept values',
          description:
            'Reads of what a domain keeps in Redis: `kept` cost nothing; a rise of `loaded` is load for its database.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (domain, cache, outcome) (rate(cache_reads_total[$rate]))',
              legend: '{{domain}} {{cache}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Replicas',
          description:
            'How far behind they are, and who answered reads. All of it is 0 where there are none.',
          unit: 's',
          queries: [
            {
              expr: 'max by (domain, replica) (database_replica_lag_seconds) or vector(0)',
              legend: 'lag {{domain}} {{replica}}',
            },
            {
              expr: 'sum by (by) (rate(database_reads_total[$rate])) or vector(0)',
              legend: 'reads by {{by}}',
            },
          ],
        },
        {
          title: 'Left alone',
          description: '1 while mail, object store or a model is not called because it failed too often.',
          unit: 'short',
          queries: [
            { expr: 'max by (server) (circuit_open)', legend: '{{server}}' },
            { expr: 'max by (provider, model) (ai_circuit_open)', legend: '{{provider}} {{model}}' },
          ],
        },
      ],
    },
  ],
};
