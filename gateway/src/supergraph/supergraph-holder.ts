import { ApolloGateway } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { counter, type Logger } from '@studymate/runtime';
import type { GraphQLSchema } from 'graphql';
import type { Graph } from '../execution/prepared-operation.ts';
import { assembleGraph, type CheckedSupergraph, checkSupergraph, type GraphOptions } from './graph.ts';
import { readSupergraph, watchSupergraph } from './source.ts';

// @apollo/gateway reports to its vendor unless told not to.
process.env.APOLLO_TELEMETRY_DISABLED ??= 'true';

export type ApolloGatewayInterface = ApolloServerOptionsWithGateway<object>['gateway'];
type LoadedSupergraph = Parameters<Parameters<ApolloGatewayInterface['onSchemaLoadOrUpdate']>[0]>[0];
type ApolloExecutor = NonNullable<Awaited<ReturnType<ApolloGatewayInterface['load']>>['executor']>;

/** Holds the supergraph in service and follows its source. */
export interface SupergraphHolder {
  current(): Graph;
  /** The supergraph as @apollo/server takes it: the schema from @apollo/gateway, answers from the executor. */
  serve(executor: ApolloExecutor): ApolloGatewayInterface;
  /** The graph whose API schema an operation was validated against. */
  graphOf(schema: GraphQLSchema): Graph;
  onSwap(listener: (graph: Graph) => void): void;
  /** Loads the first supergraph; rejects when it is not usable. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface HolderOptions extends GraphOptions {
  readonly source: string;
}

const swaps = counter({
  name: 'gateway_supergraph_updates_total',
  help: 'Supergraphs taken into service, and refused ones.',
  labels: ['outcome'],
});

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @apollo/gateway checks, holds and swaps the supergraph; its planner or ours plans, and our executor answers. */
export function createSupergraphHolder(options: HolderOptions): SupergraphHolder {
  const { logger, source } = options;
  const graphs = new WeakMap<GraphQLSchema, Graph>();
  const listeners: ((graph: Graph) => void)[] = [];
  let current: Graph | null = null;
  let held: LoadedSupergraph | null = null;
  let lastSdl: string | null = null;
  let incoming: CheckedSupergraph | null = null;
  let update: ((sdl: string) => void) | null = null;
  let watch: { stop(): void } | null = null;
  let checking: Promise<void> = Promise.resolve();

  const gateway = new ApolloGateway({
    logger,
    supergraphSdl: async (hooks) => {
      update = hooks.update;
      if (!incoming) throw new Error('No supergraph was checked.');
      return { supergraphSdl: incoming.plannable };
    },
  });
  gateway.onSchemaLoadOrUpdate((loaded) => {
    if (!incoming) return;
    const { apiSchema } = loaded;
    held = loaded;
    const queryPlanner: unknown = Reflect.get(gateway, 'queryPlanner');
    const graph = assembleGraph(incoming, { schema: apiSchema, queryPlanner }, options.environment);
    graphs.set(apiSchema, graph);
    current = graph;
    for (const listener of listeners) listener(graph);
    swaps.inc({ outcome: 'accepted' });
    logger.info({ supergraph: graph.hash, subgraphs: graph.services.size }, 'supergraph in service');
  });

  const follow = async () => {
    try {
      const sdl = await readSupergraph(source);
      if (sdl === lastSdl) return;
      lastSdl = sdl;
      incoming = await checkSupergraph(sdl, options);
      update?.(incoming.plannable);
    } catch (error) {
      swaps.inc({ outcome: 'refused' });
      logger.error(
        { reason: describe(error) },
        'The new supergraph is not usable; the last good one stays in service.',
      );
    }
  };

  const require = (graph: Graph | null | undefined): Graph => {
    if (!graph) throw new Error('No supergraph is loaded.');
    return graph;
  };

  return {
    current: () => require(current),
    serve: (executor) => ({
      load: async () => ({ executor }),
      onSchemaLoadOrUpdate: (callback) => {
        if (held) callback(held);
        return gateway.onSchemaLoadOrUpdate(callback);
      },
      stop: async () => {},
    }),
    graphOf: (schema) => require(graphs.get(schema) ?? current),
    onSwap: (listener) => listeners.push(listener),
    start: async () => {
      lastSdl = await readSupergraph(source);
      incoming = await checkSupergraph(lastSdl, options);
      await gateway.load();
      watch = watchSupergraph(source, () => {
        checking = checking.then(follow);
      });
    },
    stop: async () => {
      watch?.stop();
      await checking;
      await gateway.stop();
    },
  };
}
