import type { Dashboard } from './dashboard.ts';

export const work: Dashboard = {
  uid: 'studymate-work',
  title: 'StudyMate: queues, events and AI',
  rows: [
    {
      title: 'Events and jobs',
      panels: [
        {
          title: 'In the queues',
          description:
            'By state. `waiting` that grows wants more workers; `failed` are dead letters: `pnpm jobs`.',
          unit: 'short',
          queries: [{ expr: 'sum by (queue, state) (queue_jobs)', legend: '{{queue}} {{state}}' }],
        },
        {
          title: 'Outbox',
          description:
            'Age of the oldest event that waits for the queues, and of the oldest nobody has acted on.',
          unit: 's',
          queries: [
            { expr: 'max by (domain) (outbox_lag_seconds)', legend: '{{domain}} waiting' },
            { expr: 'max by (domain) (outbox_unacknowledged_seconds)', legend: '{{domain}} unacknowledged' },
          ],
        },
        {
          title: 'Worked off',
          description: 'Deliveries and jobs a second, by outcome; `failed` ones are tried again.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (queue, outcome) (rate(jobs_processed_total[$rate]))',
              legend: '{{queue}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Time of a job',
          description: 'The ten that take longest.',
          unit: 's',
          queries: [
            {
              expr: 'topk(10, histogram_quantile(0.95, sum by (le, name) (rate(job_duration_seconds_bucket[$rate]))))',
              legend: 'p95 {{name}}',
            },
          ],
        },
        {
          title: 'Lateness',
          description: 'Of notifications, and of attempts that the server closes.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, channel) (rate(notification_lateness_seconds_bucket[$rate])))',
              legend: 'p95 {{channel}}',
            },
            {
              expr: 'histogram_quantile(0.95, sum by (le) (rate(quiz_auto_submit_lateness_seconds_bucket[$rate])))',
              legend: 'p95 attempts closed',
            },
          ],
        },
      ],
    },
    {
      title: 'AI',
      panels: [
        {
          title: 'Requests to models',
          description: 'By provider and model.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (provider, model) (rate(ai_requests_total[$rate]))',
              legend: '{{provider}} {{model}}',
            },
          ],
        },
        {
          title: 'How they ended',
          description: 'Anything but OK was followed by a try of the next model.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (provider, model, outcome) (rate(ai_attempts_total[$rate]))',
              legend: '{{provider}} {{model}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Time of a call',
          description: 'Above 10 s it is given up.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, provider, model) (rate(ai_attempt_seconds_bucket[$rate])))',
              legend: 'p95 {{provider}} {{model}}',
            },
          ],
        },
      ],
    },
  ],
};
