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

/** A graph in service, which may be another from one request to the next. */
export interface HeldGraph {
  current(): Graph;
  /** The supergraph as @apollo/server takes it: the schema from @apollo/gateway, answers from the executor. */
  serve(executor: ApolloExecutor): ApolloGatewayInterface;
  /** The graph whose API schema an operation was validated against. */
  graphOf(schema: GraphQLSchema): Graph;
  onSwap(listener: (graph: Graph) => void): void;
  /** Does what has to be done for a new graph while the last one still serves; the swap waits for it. */
  beforeSwap(prepare: (next: Graph) => Promise<void>): void;
}

/** Holds the supergraph in service and follows its source. */
export interface SupergraphHolder extends HeldGraph {
  /** The same supergraph as a variant shows it. Throws for one that was not configured. */
  variant(name: string): HeldGraph;
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

const requireGraph = (graph: Graph | null | undefined): Graph => {
  if (!graph) throw new Error('No supergraph is loaded.');
  return graph;
};

/** A graph, and what @apollo/gateway said of it. */
interface Assembled {
  readonly graph: Graph;
  readonly loaded: LoadedSupergraph;
}

/** The supergraph in service, and who is told when it changes. */
interface Service {
  current: Assembled | null;
  /** Assembled, not yet in service. */
  next: Assembled | null;
  /** Checked, and on its way into @apollo/gateway. */
  incoming: CheckedSupergraph | null;
  update: ((sdl: string) => void) | null;
  readonly graphs: WeakMap<GraphQLSchema, Graph>;
  readonly preparations: ((next: Graph) => Promise<void>)[];
  readonly listeners: ((graph: Graph, loaded: LoadedSupergraph) => void)[];
}

/** @apollo/gateway checks the supergraph again by its own rules, makes the API schema and the planner. */
function createApolloGateway(service: Service, options: HolderOptions): ApolloGateway {
  const { logger } = options;
  const gateway = new ApolloGateway({
    logger,
    supergraphSdl: async (hooks) => {
      service.update = hooks.update;
      if (!service.incoming) throw new Error('No supergraph was checked.');
      return { supergraphSdl: service.incoming.plannable };
    },
  });
  gateway.onSchemaLoadOrUpdate((loaded) => {
    if (!service.incoming) return;
    const queryPlanner: unknown = Reflect.get(gateway, 'queryPlanner');
    const graph = assembleGraph(service.incoming, { schema: loaded.apiSchema, queryPlanner }, options);
    service.next = { graph, loaded };
  });
  return gateway;
}

/** Puts the assembled graph in the place of the one in service, once everything is prepared for it. */
async function swap(service: Service, logger: Logger): Promise<void> {
  const { next } = service;
  service.next = null;
  if (!next) throw new Error('@apollo/gateway did not take the supergraph.');
  const { graph, loaded } = next;
  for (const prepare of service.preparations) await prepare(graph);
  for (const shown of [graph, ...graph.variants.values()]) service.graphs.set(shown.schema, shown);
  service.current = next;
  for (const listener of service.listeners) listener(graph, loaded);
  swaps.inc({ outcome: 'accepted' });
  logger.info({ supergraph: graph.hash, subgraphs: graph.services.size }, 'supergraph in service');
}

/** Takes each new text of the source into service, one after the other; a bad one changes nothing. */
function createFollower(service: Service, options: HolderOptions) {
  const { source, logger } = options;
  let lastSdl: string | null = null;
  let servedSdl: string | null = null;
  let following: Promise<void> = Promise.resolve();

  const follow = async () => {
    try {
      const sdl = await readSupergraph(source);
      if (sdl === lastSdl) return;
      lastSdl = sdl;
      // Put back after a bad one: it never left.
      if (sdl === servedSdl) return;
      service.incoming = await checkSupergraph(sdl, options);
      service.update?.(service.incoming.plannable);
      await swap(service, logger);
      servedSdl = sdl;
    } catch (error) {
      swaps.inc({ outcome: 'refused' });
      const reason = describe(error);
      logger.error({ reason }, 'The new supergraph is not usable; the last good one stays in service.');
    }
  };

  return {
    first: async () => {
      lastSdl = await readSupergraph(source);
      servedSdl = lastSdl;
      service.incoming = await checkSupergraph(lastSdl, options);
    },
    next: () => {
      following = following.then(follow);
    },
    settled: () => following,
  };
}

/** Holds the supergraph with @apollo/gateway; its planner or the native one plans, and our executor answers. */
export function createSupergraphHolder(options: HolderOptions): SupergraphHolder {
  const service: Service = {
    current: null,
    next: null,
    incoming: null,
    update: null,
    graphs: new WeakMap(),
    preparations: [],
    listeners: [],
  };
  const gateway = createApolloGateway(service, options);
  const follower = createFollower(service, options);
  let watch: { stop(): void } | null = null;

  const hold = (select: (graph: Graph) => Graph): HeldGraph => {
    const current = () => select(requireGraph(service.current?.graph));
    return {
      current,
      graphOf: (schema) => service.graphs.get(schema) ?? current(),
      serve: (executor) => {
        const show = (loaded: LoadedSupergraph) => ({ ...loaded, apiSchema: current().schema });
        return {
          load: async () => ({ executor }),
          onSchemaLoadOrUpdate: (callback) => {
            if (service.current) callback(show(service.current.loaded));
            const listener = (_graph: Graph, loaded: LoadedSupergraph) => callback(show(loaded));
            service.listeners.push(listener);
            return () => {
              service.listeners.splice(service.listeners.indexOf(listener), 1);
            };
          },
          stop: async () => {},
        };
      },
      onSwap: (listener) => service.listeners.push((graph) => listener(select(graph))),
      beforeSwap: (prepare) => service.preparations.push((next) => prepare(select(next))),
    };
  };

  return {
    ...hold((graph) => graph),
    variant: (name) => hold((graph) => requireGraph(graph.variants.get(name))),
    start: async () => {
      await follower.first();
      await gateway.load();
      await swap(service, options.logger);
      watch = watchSupergraph(options.source, follower.next);
    },
    stop: async () => {
      watch?.stop();
      await follower.settled();
      await gateway.stop();
    },
  };
}
