import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpResponse } from '@studymate/runtime';
import { createGraphqlEndpoint, type EndpointOptions } from './graphql-endpoint.ts';
import { type EngineOptions, type GraphqlEngine, startGraphqlEngine } from './graphql-engine.ts';
import type { ServedOperations } from './operations/serve-operations.ts';
import { serveOperators } from './operators/operators-endpoint.ts';
import { readScope } from './request-scope.ts';
import { type ServeOptions, serveSubscriptions } from './subscriptions/serve-subscriptions.ts';
import type { HeldGraph, SupergraphHolder } from './supergraph/supergraph-holder.ts';

export interface EndpointsOptions
  extends Omit<EngineOptions, 'holder'>,
    Omit<EndpointOptions, 'streamEvents'>,
    Omit<ServeOptions, 'holder'> {
  readonly holder: SupergraphHolder;
  readonly operations: ServedOperations;
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface ServedEndpoints {
  /** The endpoint of the whole graph. */
  readonly endpoint: ReturnType<typeof createGraphqlEndpoint>;
  /** Those of variants and of operators, by path. */
  readonly others: ReadonlyMap<string, (request: IncomingMessage) => Promise<HttpResponse>>;
  readonly upgrades: ReadonlyMap<string, Upgrade>;
  stop(): Promise<void>;
}

function serveGraph(
  options: EndpointsOptions,
  path: string,
  graph: { readonly holder: HeldGraph; readonly engine: GraphqlEngine },
) {
  const subscriptions = serveSubscriptions({ ...options, ...graph });
  const streamEvents = subscriptions?.streamEvents ?? null;
  return {
    path,
    endpoint: createGraphqlEndpoint({ ...options, ...graph, streamEvents }),
    upgrade: subscriptions?.upgrade ?? null,
    stop: async () => {
      await subscriptions?.stop();
    },
  };
}

/**
 * A variant: the same tokens, rates, limits and subgraphs as the whole graph's endpoint, with a schema, and so a
 * validation and prepared operations, of its own.
 */
async function serveVariant(options: EndpointsOptions, name: string, path: string) {
  const holder = options.holder.variant(name);
  const engine = await startGraphqlEngine({ ...options, holder });
  const served = serveGraph(options, path, { holder, engine });
  return {
    ...served,
    stop: async () => {
      await served.stop();
      await engine.stop();
    },
  };
}

async function serveOperatorsOf(options: EndpointsOptions) {
  const { config, operations, holder } = options;
  if (config.operators === false || operations.registering === null) return null;
  const { path, scope } = config.operators;
  const served = await serveOperators({
    ...options,
    ...operations.registering,
    scope,
    schema: () => holder.current().schema,
    limits: config.limits,
    readScope: (request, requestId) => readScope(options, request, { requestId, traceParent: null }),
  });
  return { path, ...served };
}

/** Serves the whole graph, its variants, and the operators' API. */
export async function serveEndpoints(options: EndpointsOptions): Promise<ServedEndpoints> {
  const { holder, engine, config } = options;
  const whole = serveGraph(options, '/graphql', { holder, engine });
  const variants = await Promise.all(
    Object.entries(config.variants).map(([name, { path }]) => serveVariant(options, name, path)),
  );
  const operators = await serveOperatorsOf(options);
  const others = [...variants, ...(operators ? [operators] : [])];
  return {
    endpoint: whole.endpoint,
    others: new Map(others.map(({ path, endpoint }) => [path, (request) => endpoint(request)])),
    upgrades: new Map(
      [whole, ...variants].flatMap(({ path, upgrade }) => (upgrade ? [[path, upgrade] as const] : [])),
    ),
    stop: async () => {
      await Promise.all([whole, ...others].map(({ stop }) => stop()));
    },
  };
}
