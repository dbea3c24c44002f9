import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HttpResponse, Logger } from '@studymate/runtime';
import type { Config } from '../config.ts';
import type { Graph } from '../execution/prepared-operation.ts';
import type { GraphqlEngine } from '../graphql-engine.ts';
import { createRegistering, type Registering } from '../operators/create-registering.ts';
import type { SupergraphHolder } from '../supergraph/supergraph-holder.ts';
import { createMcpServer, type McpServer } from './mcp/mcp-server.ts';
import { createOperationFolder, type OperationFolder } from './operation-folder.ts';
import type { OperationRegistry } from './operation-registry.ts';
import { createResolveOperation, type ResolveOperation } from './resolve-operation.ts';
import { createRestFace, type RestFace, type RestOptions } from './rest/rest-face.ts';

export interface OperationsOptions {
  readonly config: Config;
  readonly holder: SupergraphHolder;
  readonly engine: GraphqlEngine;
  readonly logger: Logger;
}

type Face = (request: IncomingMessage, path: string) => Promise<HttpResponse> | null;

export interface ServedOperations {
  readonly resolve: ResolveOperation;
  readonly registry: () => OperationRegistry;
  /** Null where operators may not register while the gateway runs. */
  readonly registering: Registering | null;
  /** Answers what clients have marked as routes and tools, null for other paths; `run` is the GraphQL endpoint. */
  serveFaces(run: RestOptions['run']): Face;
  stop(): void;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Plans every registered operation for a graph, one per turn of the event loop; a newer round ends an older one. */
function createWarming({ engine, logger }: OperationsOptions, folder: OperationFolder) {
  let round = 0;
  return async (graph: Graph): Promise<void> => {
    const mine = ++round;
    let prepared = 0;
    for (const { client, operations } of folder.current().clients.values()) {
      for (const operation of operations) {
        if (mine !== round) return;
        try {
          engine.prepare(operation, graph);
          prepared += 1;
        } catch (error) {
          const reason = describe(error);
          logger.warn(
            { client, operation: operation.name, id: operation.id, reason },
            'registered operation is not valid',
          );
        }
        await nextTurn();
      }
    }
    if (prepared > 0) logger.info({ operations: prepared }, 'registered operations are planned');
  };
}

/** Each client that may do more than a request which names none: anybody can say to be that client. */
function warnOfOpenClients({ config: { operations }, logger }: OperationsOptions): void {
  const closed = ['safelist', 'id-only'];
  if (!closed.includes(operations.mode)) return;
  for (const [client, { mode = operations.mode }] of Object.entries(operations.clients)) {
    if (!closed.includes(mode)) {
      logger.warn({ client, mode }, 'anybody who says to be this client may run any operation');
    }
  }
}

/** Makes the routes, plans their operations, and does so again when operations or supergraph change. */
function serveRest(
  { config, holder, engine, logger }: OperationsOptions,
  folder: OperationFolder,
  run: RestOptions['run'],
): RestFace {
  const { title, errorInterface = null, scalars } = config.rest;
  const schema = () => holder.current().schema;
  const { bodyLimit } = config;
  const face = createRestFace({ title, errorInterface, scalars, bodyLimit, folder, schema, run, logger });
  const refresh = () => {
    face.refresh();
    for (const { path, operation, source } of face.routes()) {
      try {
        engine.prepare({ ...operation, body: source }, holder.current());
      } catch (error) {
        logger.warn({ path, operation: operation.name, reason: describe(error) }, 'route cannot be planned');
      }
    }
  };
  refresh();
  folder.onChange(refresh);
  holder.onSwap(refresh);
  return face;
}

/** Serves tools, if the configuration says so, and makes them again when operations or supergraph change. */
function serveTools(
  { config, holder, logger }: OperationsOptions,
  folder: OperationFolder,
  run: RestOptions['run'],
): McpServer | null {
  if (config.mcp === false) return null;
  const { errorInterface = null, scalars } = config.rest;
  const { bodyLimit, mcp } = config;
  const schema = () => holder.current().schema;
  const server = createMcpServer({ ...mcp, errorInterface, scalars, bodyLimit, folder, schema, run, logger });
  server.refresh();
  folder.onChange(server.refresh);
  holder.onSwap(server.refresh);
  return server;
}

/** Loads the registered operations, plans them, and follows their files and the supergraph. */
export async function serveOperations(options: OperationsOptions): Promise<ServedOperations> {
  const { config, holder, logger } = options;
  const deployed = createOperationFolder(config.operationsFolder, logger);
  const registering = createRegistering(config, deployed, logger);
  const folder = registering?.registrations ?? deployed;
  const warm = createWarming(options, folder);
  warnOfOpenClients(options);
  await folder.start();
  await warm(holder.current());
  folder.onChange(() => void warm(holder.current()));
  holder.beforeSwap(warm);
  return {
    registry: folder.current,
    registering,
    serveFaces: (run) => {
      const rest = serveRest(options, folder, run);
      const tools = serveTools(options, folder, run);
      return (request, path) => rest.answer(request, path) ?? tools?.answer(request, path) ?? null;
    },
    resolve: createResolveOperation({
      rules: config.operations,
      maxTokens: config.limits.tokens,
      registry: folder.current,
      logger,
    }),
    stop: folder.stop,
  };
}
