import type { DeclaredMetric } from './declared-metrics.ts';

/** What each label may be, so that nobody can make series without end. A label that is not here is refused. */
const labelBounds: Readonly<Record<string, string>> = {
  act: 'the acts that the audit log knows',
  allow: 'a few words, fixed in the code',
  by: '`primary`, or the number of a replica',
  cache: 'the caches of a domain, by their names in the code',
  cached: '`true`, `false`',
  channel: 'the channels of notifications',
  client: 'registered clients, `other`, `none`',
  client_version: 'twenty versions of each registered client, then `other`',
  code: "the fixed error codes, a hundred of others' at most",
  command: 'the commands that the cache sends to Redis',
  database: 'the databases of the process',
  domain: 'the seven domains',
  grade: 'the four grades of a review',
  kind: 'summary, quiz, flashcards; answer, entity',
  lane: '`known`, `new`, `refused`',
  method: 'the ways to sign in',
  model: 'the models of the catalogue',
  name: 'the events and jobs of packages/contracts',
  operation: 'registered operations, two hundred others at most, then `other`; `none` for what is refused',
  outcome: 'a few words, fixed in the code',
  protocol: 'http, websocket, event-stream, multipart',
  provider: 'openai, anthropic, together, embedded',
  queue: 'the queues of `pnpm jobs`',
  reason: 'a few words, fixed in the code',
  recalled: '`true`, `false`',
  replica: 'the replicas of the environment',
  server: 'mail server, object store',
  service: 'the eight subgraphs',
  state: 'a few words, fixed in the code',
  status: 'HTTP status codes that the gateway answers; how a session ended',
  subgraph: 'the subgraphs of the supergraph',
  type: 'the webhook types that are acted on, then `other`',
  why: 'a few words, fixed in the code',
};

const parts: readonly (readonly [string, RegExp])[] = [
  ['People', /^(user_|active_|sign_ins|refresh_token|limiter|audited_)/],
  ['Gateway', /^gateway_/],
  ['Subgraphs and databases', /^(http_|database_|cache_|circuit_)/],
  ['Queues and events', /^(job|queue|outbox)/],
  ['Study and quizzes', /^(study_|quiz_)/],
  ['AI', /^ai_/],
  ['Notifications and billing', /^(notification_|billing_)/],
];

const row = ({ name, kind, labels, help }: DeclaredMetric): string =>
  `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help.replace(/\.$/, '')} |`;

const tableOf = (title: string, metrics: readonly DeclaredMetric[]): string =>
  [`## ${title}`, '', '| metric | kind | labels | what |', '|---|---|---|---|', ...metrics.map(row), ''].join(
    '\n',
  );

/** The list of metrics for people, and what bounds their labels. Throws for a label whose values nothing bounds. */
export function writeMetricsPage(metrics: readonly DeclaredMetric[]): string {
  const used = [...new Set(metrics.flatMap(({ labels }) => labels))].toSorted();
  const unbounded = used.filter((label) => !Object.hasOwn(labelBounds, label));
  if (unbounded.length > 0)
    throw new Error(`Say in metrics-page.ts what bounds the labels ${unbounded.join(', ')}.`);
  const known = metrics.filter(({ name }) => parts.some(([, pattern]) => pattern.test(name)));
  const others = metrics.filter((metric) => !known.includes(metric));
  return [
    '# Metrics',
    '',
    'Every process tells them at `/metrics`, as Prometheus text; `pnpm observability` writes this page from the code and',
    '`pnpm check` refuses a stale one. Beside these there are those of Node and the process (`nodejs_*`, `process_*`).',
    'How to go on from a number: [observe.md](observe.md).',
    '',
    ...parts.map(([title, pattern]) =>
      tableOf(
        title,
        metrics.filter(({ name }) => pattern.test(name)),
      ),
    ),
    ...(others.length > 0 ? [tableOf('Others', others)] : []),
    '## Labels',
    '',
    'No label takes what a client may make up, nor the id of anything.',
    '',
    '| label | values |',
    '|---|---|',
    ...used.map((label) => `| \`${label}\` | ${labelBounds[label]} |`),
    '',
  ].join('\n');
}
