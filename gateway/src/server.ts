import { setTimeout } from 'node:timers/promises';
import {
  collectProcessMetrics,
  createLogger,
  createRequestLogger,
  type Logger,
  processClock,
  type RunningServer,
} from '@studymate/runtime';
import type { PolicyDecision, PolicyRegistry } from './access/requirement.ts';
import { createCaching } from './caching/caching.ts';
import { shareReads } from './caching/shared-reads.ts';
import type { Config } from './config.ts';
import { serveHttp } from './edge/http.ts';
import type { ExecutionSettings } from './execution/execute-operation.ts';
import type { SendToSubgraph } from './execution/fetch-step.ts';
import { collectAnswerHeaders, tellsClients } from './execution/header-rules.ts';
import { createSubgraphs, type Subgraphs } from './execution/subgraphs.ts';
import { startGraphqlEngine } from './graphql-engine.ts';
import { createHealth } from './health.ts';
import { createIdentity } from './identity/create-identity.ts';
import { withinReach } from './identity/key-reach.ts';
import { holdRates } from './limits/hold-rates.ts';
import { type ServedOperations, serveOperations } from './operations/serve-operations.ts';
import { createClientLabels } from './plugins/client-labels.ts';
import { createFrontDoor } from './plugins/front-door.ts';
import { requestIdOf } from './plugins/request-id.ts';
import { createRequestLog } from './plugins/request-log.ts';
import { createErrorPresenter } from './present-errors.ts';
import { presentFailure } from './present-failure.ts';
import { createRecording } from './recording/create-recording.ts';
import { createRoutes } from './routes.ts';
import { serveEndpoints } from './serve-endpoints.ts';
import { createSupergraphHolder, type SupergraphHolder } from './supergraph/supergraph-holder.ts';
import type { Upstream } from './upstream.ts';

const decisions: Readonly<Record<Config['policies'][string], PolicyDecision>> = {
  authenticated: (viewer) => viewer !== null,
  everyone: () => true,
  nobody: () => false,
};

const policiesOf = ({ policies }: Config): PolicyRegistry =>
  Object.fromEntries(Object.entries(policies).map(([name, decision]) => [name, decisions[decision]]));

function holdSupergraph(config: Config, policies: PolicyRegistry, logger: Logger): SupergraphHolder {
  const holder = createSupergraphHolder({
    source: config.supergraph,
    planner: config.planner,
    variants: config.variants,
    isAccessEnforced: config.access !== false,
    environment: config.environment,
    logger,
  });
  holder.onSwap(({ access }) => {
    for (const policy of access.policies) {
      if (!Object.hasOwn(policies, policy))
        logger.warn({ policy }, 'policy is not configured: refused to everyone');
    }
  });
  return holder;
}

const locateWith =
  (subgraphs: Subgraphs) =>
  (upstream: Upstream): string | null => {
    if (typeof upstream === 'string') return upstream;
    const url = subgraphs.urlOf(upstream.subgraph);
    return url === null ? null : new URL(upstream.path, url).toString();
  };

function sendFor({ identity, traffic, headers }: Config, { send }: Subgraphs): SendToSubgraph {
  const once = traffic.deduplicate ? shareReads(send) : send;
  const shared = tellsClients(headers) ? collectAnswerHeaders(once) : once;
  const keys = identity === false ? undefined : identity.apiKeys;
  return keys ? withinReach(shared, keys.reach) : shared;
}

const executionSettings = (
  config: Config,
  subgraphs: Subgraphs,
  parts: Pick<ExecutionSettings, 'policies' | 'caching' | 'recorder' | 'rulesOf' | 'charge' | 'requireTrust'>,
): ExecutionSettings => ({
  send: sendFor(config, subgraphs),
  whenRefused: config.access === 'reject' ? 'reject' : 'null',
  ...parts,
});

/** Metrics and log lines name what is registered; anybody may make up other names. */
function createTelling({ operations: { clients }, environment }: Config, { registry }: ServedOperations) {
  const write = createRequestLogger('gateway', environment);
  const isClient = (name: string) => Object.hasOwn(clients, name) || registry().clients.has(name);
  const isRegistered = (name: string) =>
    registry()
      .availableTo(null)
      .some((client) => client.findByName(name) !== null);
  return { labelClient: createClientLabels(isClient), log: createRequestLog({ write, isRegistered }) };
}

/** Everything that endpoints share. Rejects when the supergraph is not usable. */
async function createParts(config: Config, logger: Logger) {
  const now = processClock(config.environment);
  const policies = policiesOf(config);
  const subgraphs = createSubgraphs({ ...config, logger, now });
  const holder = holdSupergraph(config, policies, logger);
  holder.onSwap(({ services }) => subgraphs.connect(services));
  await holder.start();
  const caching = createCaching(config, logger);
  const { rulesOf, charge, ...rates } = holdRates(config, logger, now);
  const locate = locateWith(subgraphs);
  const identity = createIdentity(config, { locate, holdAddress: rates.holdAddress, logger, now });
  const recorder = createRecording(config, { registry: () => operations.registry(), logger, now });
  const execution = {
    config,
    holder,
    settings: executionSettings(config, subgraphs, {
      policies,
      caching,
      recorder,
      rulesOf,
      charge,
      requireTrust: identity.requireTrust,
    }),
    present: createErrorPresenter({ subgraphErrors: config.errors, logger }),
    logger,
  };
  const engine = await startGraphqlEngine(execution);
  const operations = await serveOperations({ config, holder, engine, logger });
  const telling = createTelling(config, operations);
  const { urlOf, headersFor } = subgraphs;
  const located = { urlOf, headersFor };
  const parts = {
    ...execution,
    ...identity,
    ...rates,
    ...telling,
    ...located,
    rulesOf,
    engine,
    operations,
    now,
  };
  const stop = async () => {
    operations.stop();
    await rates.stopLimiter();
    caching?.stop();
    await Promise.all([engine.stop(), recorder?.stop()]);
    await Promise.all([holder.stop(), subgraphs.close(), identity.revocations.stop()]);
  };
  return { parts: { ...parts, resolve: operations.resolve }, locate, stop };
}

/** Starts a gateway. Rejects when its supergraph is not usable or its port is taken. */
export async function startGateway(config: Config): Promise<RunningServer> {
  const logger = createLogger('gateway', config.environment);
  collectProcessMetrics();
  const { parts, locate, stop } = await createParts(config, logger);
  const endpoints = await serveEndpoints(parts);
  let isStopping = false;
  const server = await serveHttp({
    port: config.port,
    host: config.host,
    connections: { perAddress: config.connectionsPerAddress, trustedProxies: config.trustedProxies },
    door: createFrontDoor(config, logger),
    routes: createRoutes({
      config,
      endpoint: endpoints.endpoint,
      others: endpoints.others,
      keys: parts.keys,
      locate,
      isReady: () => !isStopping,
      readHealth: createHealth({ config, locate, services: () => parts.holder.current().services }),
      logger,
    }),
    otherwise: parts.operations.serveFaces(endpoints.endpoint),
    onError: (error, { headers }) => presentFailure(error, requestIdOf(headers['x-request-id']), logger),
    upgrades: endpoints.upgrades,
  });
  logger.info({ url: server.url }, 'gateway ready');
  return {
    ...server,
    stop: async () => {
      isStopping = true;
      await setTimeout(config.drainNoticeMs);
      await endpoints.stop();
      await server.stop();
      await stop();
    },
  };
}
