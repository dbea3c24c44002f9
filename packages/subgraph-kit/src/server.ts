import { setTimeout as delay } from 'node:timers/promises';
import type { Caller, SubgraphName, Viewer } from '@studymate/contracts';
import type { ReadScope } from '@studymate/database';
import {
  type Clock,
  canPing,
  collectProcessMetrics,
  createLogger,
  createRequestVerifier,
  describeSpan,
  fixedClock,
  type HealthCheck,
  type HttpRequest,
  type HttpResponse,
  histogram,
  isProduction,
  json,
  type Logger,
  listen,
  logForRequest,
  operationalRoutes,
  processClock,
  type Routes,
  type RunningServer,
  readEnv,
  readSecret,
  redisUrlOf,
} from '@studymate/runtime';
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { createErrorPresenter } from './errors.ts';
import { type GraphqlEngine, startGraphqlEngine, traceHeader } from './graphql-engine.ts';
import { type ChangeFeed, createChangeFeed } from './subscriptions/change-feed.ts';
import { openEventStream } from './subscriptions/event-stream.ts';
import { startSource } from './subscriptions/source-events.ts';
import { createStreamSockets } from './subscriptions/stream-socket.ts';

/** What the gateway vouches for, as a subgraph's `createContext` takes it. */
export interface RequestScope {
  readonly viewer: Viewer | null;
  readonly now: Clock;
  readonly requestId: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** Present for a subscription. */
  readonly feed?: ChangeFeed;
  /** Present for a query or a mutation; where it is absent, nothing may be read that lags. */
  readonly reads?: ReadScope;
}

export interface SubgraphOptions<C extends object> {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  readonly port: number;
  readonly createContext: (scope: RequestScope) => C;
  /** Readiness: may this process take requests now? Liveness never depends on it. */
  readonly isReady: () => Promise<boolean>;
  /** Outside services that its work depends on, for `/health/`; they decide nothing. */
  readonly providers?: Readonly<Record<string, HealthCheck>>;
  /** Routes beside GraphQL, such as webhooks; they bring their own proof of who is calling. */
  readonly routes?: Routes;
  readonly env?: NodeJS.ProcessEnv;
}

const refused = json(401, {
  errors: [{ message: 'Only the gateway may call a subgraph.', extensions: { code: 'UNAUTHENTICATED' } }],
});

const requestSeconds = histogram({
  name: 'http_request_duration_seconds',
  help: 'Time to answer a GraphQL request.',
  labels: ['service'],
});

/** One request has one instant, so that rows of a list are read for the same moment, in one batch. */
function scopeOf(caller: Caller, clock: Clock): RequestScope {
  const { viewer, requestId, testClock, ipAddress = null, userAgent = null } = caller;
  const at = testClock !== undefined && !isProduction() ? new Date(testClock) : clock();
  return { viewer, now: fixedClock(at), requestId, ipAddress, userAgent };
}

const queryText = /^\s*(query\b|\{)/;

/** What a mutation reads may decide what it writes; a query may be told what was true a moment ago. */
function readScopeOf(body: unknown): ReadScope {
  const { query } = (body ?? {}) as { query?: unknown };
  return { mayLag: typeof query === 'string' && queryText.test(query), lagged: false };
}

function parseBody(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Answers a signed GraphQL request: the signature over the exact bytes is checked before anything is parsed. */
function graphqlRoute<C extends object>(
  engine: GraphqlEngine<C>,
  options: SubgraphOptions<C>,
): (request: HttpRequest) => Promise<HttpResponse> {
  const verify = createRequestVerifier(readSecret('SUBGRAPH_SECRET', options.env));
  const clock = processClock(options.env);
  return async (request) => {
    const caller = verify(request.headers, request.body);
    if (!caller) return refused;
    const stop = requestSeconds.startTimer({ service: options.name });
    const parsed = parseBody(request.body);
    const reads = readScopeOf(parsed);
    const trace = request.headers[traceHeader];
    describeSpan({ 'studymate.part': options.name, 'request.id': caller.requestId });
    const served = { requestId: caller.requestId, userId: caller.viewer?.id ?? null };
    const answer = await logForRequest(served, () =>
      engine.answer({
        body: parsed,
        trace: typeof trace === 'string' ? trace : undefined,
        createContext: () => options.createContext({ ...scopeOf(caller, clock), reads }),
      }),
    );
    stop();
    return reads.lagged ? { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } } : answer;
  };
}

/**
 * Answers signed subscriptions until either side ends them: one by a request of its own (server-sent events), or many
 * over a gateway's WebSocket.
 */
function subscriptionRoute<C extends object>(options: SubgraphOptions<C>, logger: Logger) {
  const verify = createRequestVerifier(readSecret('SUBGRAPH_SECRET', options.env));
  const clock = processClock(options.env);
  const feed = createChangeFeed(redisUrlOf(options.env), logger);
  const stopped = new AbortController();
  const sourceFor = (caller: Caller) => ({
    schema: options.schema,
    createContext: () => options.createContext({ ...scopeOf(caller, clock), feed }),
    formatError: createErrorPresenter(logger.child({ request_id: caller.requestId })),
  });
  const sockets = createStreamSockets({
    verify,
    start: (body, caller) => startSource(parseBody(body), sourceFor(caller)),
    logger,
  });
  return {
    upgrade: sockets.upgrade,
    route: async (request: HttpRequest): Promise<HttpResponse> => {
      const caller = verify(request.headers, request.body);
      if (!caller) return refused;
      return openEventStream(parseBody(request.body), { ...sourceFor(caller), stopped: stopped.signal });
    },
    stop: async () => {
      sockets.stop();
      stopped.abort();
      await feed.stop();
    },
  };
}

const environment = z.object({
  DRAIN_NOTICE_MS: z.coerce.number().int().min(0).max(10_000).default(0),
  SHARE_PORT: z.enum(['0', '1']).default('0'),
});

/**
 * Serves a subgraph on loopback (or HOST): signed GraphQL, its own routes, health, readiness and metrics. Told to
 * stop it says for DRAIN_NOTICE_MS that it is not ready, and then finishes what it has begun.
 */
export async function startSubgraph<C extends object>(options: SubgraphOptions<C>): Promise<RunningServer> {
  const logger = createLogger(options.name, options.env);
  collectProcessMetrics();
  const engine = await startGraphqlEngine<C>(options.schema, logger);
  const graphql = graphqlRoute(engine, options);
  const subscriptions = subscriptionRoute(options, logger);
  const env = options.env ?? process.env;
  const { DRAIN_NOTICE_MS, SHARE_PORT } = readEnv(environment, env);
  let isStopping = false;
  const http = await listen({
    port: options.port,
    sharesPort: SHARE_PORT === '1',
    ...(env.HOST === undefined ? {} : { host: env.HOST }),
    routes: {
      ...operationalRoutes(async () => !isStopping && (await options.isReady()), {
        database: options.isReady,
        cache: () => canPing(redisUrlOf(env)),
        ...options.providers,
      }),
      ...options.routes,
      'POST /graphql': graphql,
      'POST /': graphql,
      'POST /subscriptions': subscriptions.route,
    },
    upgrades: new Map([['/subscriptions', subscriptions.upgrade]]),
    onError: (error, where) => logger.error({ err: error, ...where }, 'request failed'),
  });
  logger.info({ url: http.url }, 'serving');
  return {
    ...http,
    stop: async () => {
      isStopping = true;
      http.retireConnections();
      if (DRAIN_NOTICE_MS > 0) await delay(DRAIN_NOTICE_MS);
      await subscriptions.stop();
      await http.stop();
      await engine.stop();
    },
  };
}
