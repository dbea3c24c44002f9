import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpResponse } from '@studymate/runtime';
import { createGraphqlEndpoint, type EndpointOptions } from './graphql-endpoint.ts';
import { type EngineOptions, startGraphqlEngine } from './graphql-engine.ts';
import { type ServeOptions, serveSubscriptions } from './subscriptions/serve-subscriptions.ts';
import type { SupergraphHolder } from './supergraph/supergraph-holder.ts';

export interface VariantsOptions
  extends Omit<EngineOptions, 'holder'>,
    Omit<EndpointOptions, 'engine' | 'streamEvents'>,
    Omit<ServeOptions, 'engine' | 'holder'> {
  readonly holder: SupergraphHolder;
}

export interface ServedVariants {
  /** The GraphQL endpoint of each variant, by path. */
  readonly endpoints: ReadonlyMap<string, (request: IncomingMessage) => Promise<HttpResponse>>;
  readonly upgrades: ReadonlyMap<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>;
  stop(): Promise<void>;
}

async function serveVariant(options: VariantsOptions, name: string) {
  const holder = options.holder.variant(name);
  const engine = await startGraphqlEngine({ ...options, holder });
  const subscriptions = serveSubscriptions({ ...options, holder, engine });
  const streamEvents = subscriptions?.streamEvents ?? null;
  return {
    endpoint: createGraphqlEndpoint({ ...options, engine, streamEvents }),
    upgrade: subscriptions?.upgrade ?? null,
    stop: async () => {
      await subscriptions?.stop();
      await engine.stop();
    },
  };
}

/**
 * Serves each variant at its own path: the same tokens, rates, limits and subgraphs as the whole graph's endpoint,
 * with a schema, and so a validation and prepared operations, of its own.
 */
export async function serveVariants(options: VariantsOptions): Promise<ServedVariants> {
  const served = await Promise.all(
    Object.entries(options.config.variants).map(
      async ([name, { path }]) => [path, await serveVariant(options, name)] as const,
    ),
  );
  return {
    endpoints: new Map(served.map(([path, { endpoint }]) => [path, (request) => endpoint(request)])),
    upgrades: new Map(served.flatMap(([path, { upgrade }]) => (upgrade ? [[path, upgrade]] : []))),
    stop: async () => {
      await Promise.all(served.map(([, { stop }]) => stop()));
    },
  };
}
