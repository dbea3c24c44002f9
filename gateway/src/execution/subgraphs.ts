import { randomUUID } from 'node:crypto';
import type { Caller } from '@studymate/contracts';
import {
  type Clock,
  counter,
  gauge,
  type Logger,
  signRequest,
  type Tally,
  talliedHistogram,
} from '@studymate/runtime';
import type { ClientLabels } from '../plugins/client-labels.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import { probeUntilClosed } from './circuit-probe.ts';
import { UpstreamUnavailable } from './execution-error.ts';
import type { SendToSubgraph, SubgraphRequest } from './fetch-step.ts';
import type { DataObject } from './gathered.ts';
import { compileHeaderRules, type HeaderPolicy, type SubgraphHeaders } from './header-rules.ts';
import type { RequestScope } from './scope.ts';
import { createSubgraphClient, type SubgraphClient } from './subgraph-client.ts';
import { tracedAsync, traceHeaders } from './tracing.ts';

export interface TrafficOptions {
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  readonly connections: number;
  readonly responseLimit: number;
  readonly circuit: { readonly failures: number; readonly openMs: number };
}

export interface SubgraphsOptions {
  readonly traffic: TrafficOptions;
  /** Signs every request with it; null: requests go unsigned. */
  readonly secret: string | null;
  readonly headers: HeaderPolicy;
  readonly logger: Logger;
  readonly now: Clock;
}

interface Connection {
  readonly url: string;
  readonly client: SubgraphClient;
  readonly rules: SubgraphHeaders;
  readonly circuit: CircuitBreaker;
  /** Asks, while the circuit is open, whether the subgraph is back. */
  readonly probe: () => Promise<void>;
  /** How long requests of each client took. */
  readonly durations: WeakMap<ClientLabels, Tally>;
}

export interface Subgraphs {
  readonly send: SendToSubgraph;
  /** Follows a new supergraph: connections to unchanged URLs stay, others are drained and closed. */
  connect(services: ReadonlyMap<string, string>): void;
  urlOf(service: string): string | null;
  /** The client's headers that a subgraph is told, and those that it always is. */
  headersFor(service: string, scope: RequestScope): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export const callerOf = ({ viewer, requestId, ipAddress, userAgent, testClock }: RequestScope): Caller => ({
  viewer,
  requestId,
  ipAddress,
  ...(userAgent === null ? {} : { userAgent }),
  ...(testClock === null ? {} : { testClock }),
});

function createTrafficMetrics() {
  const duration = talliedHistogram({
    name: 'gateway_subgraph_duration_seconds',
    help: 'Time a subgraph took to answer a fetch.',
    labels: ['subgraph', 'client', 'client_version'],
  });
  const failures = counter({
    name: 'gateway_subgraph_failures_total',
    help: 'Fetches that got no sensible answer.',
    labels: ['subgraph', 'reason', 'client', 'client_version'],
  });
  const open = gauge({
    name: 'gateway_subgraph_circuit_open',
    help: '1 while a subgraph is not asked because it kept failing.',
    labels: ['subgraph'],
  });
  return { duration, failures, open };
}

type TrafficMetrics = ReturnType<typeof createTrafficMetrics>;

/** Reads may be sent again where the connection failed under them, as when a subgraph is restarted. */
const maySendAgain = ({ kind }: SubgraphRequest, error: unknown): boolean =>
  kind === 'query' && error instanceof UpstreamUnavailable && error.reason === 'refused';

/** What one request did: the circuit moves by it, and metrics tell it. */
function createSettle(
  connection: Connection,
  { service: subgraph, scope }: SubgraphRequest,
  metrics: TrafficMetrics,
): (isAnswered: boolean) => void {
  const startedAt = performance.now();
  const { circuit, durations } = connection;
  return (isAnswered) => {
    const before = circuit.state;
    if (isAnswered) circuit.succeeded();
    else circuit.failed();
    let duration = durations.get(scope.client);
    if (!duration) {
      duration = metrics.duration({ subgraph, ...scope.client });
      durations.set(scope.client, duration);
    }
    duration.add((performance.now() - startedAt) / 1000);
    const { state } = circuit;
    if (state === before) return;
    metrics.open.set({ subgraph }, state === 'open' ? 1 : 0);
    if (state === 'open' && before === 'closed')
      void connection.probe().then(() => metrics.open.set({ subgraph }, 0));
  };
}

const probeEveryMs = 1_000;
/** Any GraphQL server answers it, whatever its schema is. */
const probeBody = JSON.stringify({ query: '{ __typename }' });

/** The headers under which the gateway asks for itself. */
const probeHeaders = (secret: string | null): Record<string, string> =>
  secret === null ? {} : signRequest(secret, { viewer: null, requestId: randomUUID() }, probeBody);

function createSend(
  { traffic, secret, logger }: SubgraphsOptions,
  connectionTo: (service: string) => Connection | undefined,
): SendToSubgraph {
  const metrics = createTrafficMetrics();

  const headersOf = ({ rules }: Connection, { scope, body }: SubgraphRequest): Record<string, string> => ({
    ...rules.tell(scope.propagatedHeaders),
    ...traceHeaders(scope.traceParent),
    'x-request-id': scope.requestId,
    ...(secret === null ? undefined : signRequest(secret, callerOf(scope), body)),
  });

  const fail = (error: unknown, { scope }: SubgraphRequest): never => {
    if (error instanceof UpstreamUnavailable) {
      const { service: subgraph, reason, cause } = error;
      metrics.failures.inc({ subgraph, reason, ...scope.client });
      const why = cause instanceof Error ? cause.message : undefined;
      logger.warn({ request_id: scope.requestId, subgraph, reason, cause: why }, 'subgraph unavailable');
    }
    throw error;
  };

  const post = (connection: Connection, request: SubgraphRequest): Promise<DataObject> => {
    const timeoutMs = request.kind === 'mutation' ? traffic.mutationTimeoutMs : traffic.queryTimeoutMs;
    const settle = createSettle(connection, request, metrics);
    const send = () => connection.client.post(request.body, headersOf(connection, request), timeoutMs);
    const answered = (answer: DataObject) => {
      settle(true);
      return answer;
    };
    const failed = (error: unknown): never => {
      settle(false);
      return fail(error, request);
    };
    return send().then(answered, (error: unknown) =>
      maySendAgain(request, error) ? send().then(answered, failed) : failed(error),
    );
  };

  return (request) => {
    const { service } = request;
    const connection = connectionTo(service);
    const refuse = async (reason: UpstreamUnavailable['reason']) =>
      fail(new UpstreamUnavailable(service, reason), request);
    if (!connection) return refuse('refused');
    if (!connection.circuit.admit()) return refuse('open circuit');
    return tracedAsync('gateway.fetch', { subgraph: service }, () => post(connection, request));
  };
}

/** Connections to every subgraph, each behind its own circuit breaker. */
export function createSubgraphs(options: SubgraphsOptions): Subgraphs {
  const { connections: sockets, responseLimit, circuit, queryTimeoutMs } = options.traffic;
  let connections = new Map<string, Connection>();

  const open = (service: string, url: string): Connection => {
    const rules = compileHeaderRules(options.headers, service);
    const connection: Connection = {
      url,
      rules,
      client: createSubgraphClient({
        service,
        url,
        connections: sockets,
        responseLimit,
        answered: rules.answered,
      }),
      circuit: createCircuitBreaker({ ...circuit, now: options.now }),
      probe: () =>
        probeUntilClosed({
          circuit: connection.circuit,
          ask: () => connection.client.post(probeBody, probeHeaders(options.secret), queryTimeoutMs),
          isWanted: () => connections.get(service) === connection,
          everyMs: probeEveryMs,
        }),
      durations: new WeakMap(),
    };
    return connection;
  };

  return {
    send: createSend(options, (service) => connections.get(service)),
    urlOf: (service) => connections.get(service)?.url ?? null,
    headersFor: (service, { propagatedHeaders }) =>
      connections.get(service)?.rules.tell(propagatedHeaders) ?? {},
    connect: (services) => {
      const previous = connections;
      connections = new Map(
        [...services].map(([service, url]) => {
          const known = previous.get(service);
          return [service, known?.url === url ? known : open(service, url)];
        }),
      );
      for (const [service, connection] of previous) {
        if (connections.get(service) !== connection) void connection.client.close();
      }
    },
    close: async () => {
      await Promise.all([...connections.values()].map(({ client }) => client.close()));
      connections = new Map();
    },
  };
}
