import type { IncomingMessage } from 'node:http';
import { type Health, type HttpResponse, json, type Logger, registry } from '@studymate/runtime';
import type { Config } from './config.ts';
import type { GatewayRoutes } from './edge/http.ts';
import type { JsonWebKeys } from './identity/json-web-keys.ts';
import { passThrough } from './plugins/pass-through.ts';
import { readBody } from './plugins/read-body.ts';
import { requestIdOf } from './plugins/request-id.ts';
import { explorerPage, sandboxPage } from './plugins/sandbox.ts';
import type { Upstream } from './upstream.ts';

export interface RoutesOptions {
  readonly config: Config;
  readonly endpoint: (request: IncomingMessage) => Promise<HttpResponse>;
  /** Other GraphQL endpoints, by path. */
  readonly others: GatewayRoutes;
  readonly keys: JsonWebKeys | null;
  readonly locate: (upstream: Upstream) => string | null;
  readonly isReady: () => boolean;
  /** What it depends on; told to people, it decides nothing. */
  readonly readHealth: () => Promise<Health>;
  readonly logger: Logger;
}

type Handler = (request: IncomingMessage) => Promise<HttpResponse>;

const wantsPage = ({ method, headers, url }: IncomingMessage): boolean =>
  method === 'GET' && headers.accept?.includes('text/html') === true && !url?.includes('?');

async function publishKeys(keys: JsonWebKeys | null): Promise<HttpResponse> {
  const published = await keys?.published();
  if (published === null || published === undefined) {
    return json(503, {
      errors: [{ message: 'No keys are known.', extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
  }
  const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' };
  return { status: 200, headers, body: published };
}

function operational({ isReady, readHealth }: RoutesOptions): [string, Handler][] {
  const live: Handler = async () => json(200, { status: 'live' });
  const health: Handler = async () => json(200, await readHealth());
  const ready: Handler = async () =>
    isReady() ? json(200, { status: 'ready' }) : json(503, { status: 'stopping' });
  const metrics: Handler = async () => ({
    status: 200,
    headers: { 'content-type': registry.contentType },
    body: await registry.metrics(),
  });
  return [
    ['GET /live/', live],
    ['GET /health', health],
    ['GET /health/', health],
    ['GET /ready', ready],
    ['GET /ready/', ready],
    ['GET /metrics', metrics],
  ];
}

function passThroughRoutes({ config, locate, logger }: RoutesOptions): [string, Handler][] {
  return Object.entries(config.passThrough).map(([route, upstream]) => [
    route,
    async (request) => {
      const requestId = requestIdOf(request.headers['x-request-id']);
      const body = await readBody(request, config.bodyLimit);
      const { method = 'GET', headers } = request;
      return passThrough(locate(upstream), { method, headers, body, requestId }, logger);
    },
  ]);
}

const sandboxRoutes: [string, Handler][] = [
  ['GET /sandbox', async () => sandboxPage()],
  ['GET /sandbox/', async () => sandboxPage()],
  ['GET /sandbox/explorer', explorerPage],
];

/** Everything the gateway answers, by method and path. */
export function createRoutes(options: RoutesOptions): GatewayRoutes {
  const { config, endpoint, keys } = options;
  const toSandbox = { status: 302, headers: { location: '/sandbox' }, body: '' };
  return new Map<string, Handler>([
    ['/graphql', async (request) => (config.sandbox && wantsPage(request) ? toSandbox : endpoint(request))],
    ...options.others,
    ...operational(options),
    ...(keys
      ? [['GET /.well-known/jwks.json', async () => publishKeys(keys)] satisfies [string, Handler]]
      : []),
    ...passThroughRoutes(options),
    ...(config.sandbox ? sandboxRoutes : []),
  ]);
}
