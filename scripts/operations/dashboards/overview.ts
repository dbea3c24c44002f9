import type { Dashboard } from './dashboard.ts';

const quantile = (share: number) =>
  `histogram_quantile(${share}, sum by (le) (rate(gateway_request_duration_seconds_bucket[$rate])))`;

export const overview: Dashboard = {
  uid: 'studymate-overview',
  title: 'StudyMate: overview',
  rows: [
    {
      title: 'Is it well?',
      panels: [
        {
          title: 'Requests',
          description: 'GraphQL requests answered a second, by all gateways.',
          unit: 'reqps',
          isNumber: true,
          queries: [{ expr: 'sum(rate(gateway_requests_total[$rate]))', legend: 'requests' }],
        },
        {
          title: 'Faults',
          description:
            'Errors of ours for each request; the alert is at 5 %. See which code and which subgraph.',
          unit: 'percentunit',
          isNumber: true,
          queries: [{ expr: 'studymate:gateway_faults:ratio_rate5m', legend: 'faults' }],
        },
        {
          title: 'Slowest twentieth',
          description: 'What 95 of 100 requests are faster than.',
          unit: 's',
          isNumber: true,
          queries: [{ expr: quantile(0.95), legend: 'p95' }],
        },
        {
          title: 'People here',
          description: 'Who signed in or came back within a quarter of an hour.',
          unit: 'short',
          isNumber: true,
          queries: [{ expr: 'max(active_users)', legend: 'people' }],
        },
        {
          title: 'Time to answer',
          description: 'At the gateway, everything in it.',
          unit: 's',
          queries: [
            { expr: quantile(0.5), legend: 'p50' },
            { expr: quantile(0.95), legend: 'p95' },
            { expr: quantile(0.99), legend: 'p99' },
          ],
        },
        {
          title: 'Errors answered',
          description: 'By code: BAD_USER_INPUT is theirs, INTERNAL and UPSTREAM_UNAVAILABLE are ours.',
          unit: 'reqps',
          queries: [{ expr: 'sum by (code) (rate(gateway_errors_total[$rate]))', legend: '{{code}}' }],
        },
      ],
    },
    {
      title: 'What people do',
      panels: [
        {
          title: 'Registrations and sign-ins',
          description: 'New accounts, and sign-ins by how they ended.',
          unit: 'short',
          queries: [
            { expr: 'sum(increase(user_registrations_total[1h]))', legend: 'registrations' },
            { expr: 'sum by (outcome) (increase(sign_ins_total[1h]))', legend: 'sign-in {{outcome}}' },
          ],
        },
        {
          title: 'Study sessions',
          description: 'That ended within the hour, by how.',
          unit: 'short',
          queries: [{ expr: 'sum by (status) (increase(study_sessions_total[1h]))', legend: '{{status}}' }],
        },
        {
          title: 'Reviews',
          description: 'Cards reviewed, by grade.',
          unit: 'short',
          queries: [{ expr: 'sum by (grade) (increase(study_reviews_total[1h]))', legend: '{{grade}}' }],
        },
        {
          title: 'Made by AI',
          description:
            'Summaries, quizzes and decks delivered; `cached` ones were made before and cost nothing.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (kind, cached) (increase(ai_outputs_total[1h]))',
              legend: '{{kind}} cached={{cached}}',
            },
          ],
        },
        {
          title: 'Notifications',
          description: 'Tries to deliver, by channel and how they ended.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (channel, outcome) (increase(notification_deliveries_total[1h]))',
              legend: '{{channel}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Payments heard of',
          description: 'Webhooks of Stripe, by type and outcome; `failed` ones come again.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (type, outcome) (increase(billing_webhooks_total[1h]))',
              legend: '{{type}} {{outcome}}',
            },
          ],
        },
      ],
    },
  ],
};
