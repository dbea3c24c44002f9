import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type HealthCheck, readHealth } from './health.ts';
import { registry } from './metrics.ts';

export interface HttpRequest {
  readonly method: string;
  /** Path without the query string. */
  readonly path: string;
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly remoteAddress: string;
}

/** Where a streamed body goes. */
export interface StreamTarget {
  /** Resolves when there is room for more; at once when the receiver has gone. */
  write(text: string): Promise<void>;
  /** Aborted when the receiver has gone. */
  readonly closed: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Writes the body bit by bit, in the place of `body`; the response ends when it settles. */
  readonly stream?: (target: StreamTarget) => Promise<void>;
}

/** Handlers by `METHOD /path`. */
export type Routes = Readonly<Record<string, (request: HttpRequest) => Promise<HttpResponse>>>;

/** Takes over connections that ask for another protocol, by path. */
export type Upgrades = ReadonlyMap<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>;

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Lets requests under way finish. */
  stop(): Promise<void>;
}

/** A server that can say beforehand that it will stop. */
export interface ListeningServer extends RunningServer {
  /** From now on connections end with their next answer, so that nobody sends on one that is being closed. */
  retireConnections(): void;
}

export const json = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

class BodyTooLarge extends Error {}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only ? only : Buffer.concat(chunks);
}

/**
 * What every process of ours answers beside its own routes: liveness, which depends on nothing; readiness; health, a
 * list for people that never fails; metrics.
 */
export const operationalRoutes = (
  isReady: () => Promise<boolean>,
  checks: Readonly<Record<string, HealthCheck>>,
): Routes => ({
  'GET /live/': async () => json(200, { status: 'live' }),
  'GET /health/': async () => json(200, await readHealth(checks)),
  'GET /ready/': async () =>
    (await isReady()) ? json(200, { status: 'ready' }) : json(503, { status: 'not ready' }),
  'GET /metrics': async () => ({
    status: 200,
    headers: { 'content-type': registry.contentType },
    body: await registry.metrics(),
  }),
});

export interface ListenOptions {
  readonly port: number;
  readonly host?: string;
  readonly routes: Routes;
  readonly upgrades?: Upgrades;
  /** Bytes; a larger body is answered with 413. */
  readonly bodyLimit?: number;
  /** Lets a successor listen on the same port before this one has ended (Linux; of the same account). */
  readonly sharesPort?: boolean;
  readonly onError: (error: unknown, request: { readonly method: string; readonly path: string }) => void;
}

async function answer(request: IncomingMessage, options: ListenOptions): Promise<HttpResponse> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const method = request.method ?? 'GET';
  const handler = options.routes[`${method} ${path}`];
  if (!handler) return json(404, { errors: [{ message: 'Not found.', extensions: { code: 'NOT_FOUND' } }] });
  try {
    return await handler({
      method,
      path,
      search: mark < 0 ? '' : url.slice(mark),
      headers: request.headers,
      body: await readBody(request, options.bodyLimit ?? 10_000_000),
      remoteAddress: request.socket.remoteAddress ?? '',
    });
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      return json(413, {
        errors: [{ message: 'The body is too large.', extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
    options.onError(error, { method, path });
    return json(500, { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL' } }] });
  }
}

/** Sends a streamed body; the receiver going away is no error. */
export async function sendStream(
  response: ServerResponse,
  stream: NonNullable<HttpResponse['stream']>,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.flushHeaders();
  await stream({
    closed: gone.signal,
    write: async (text) => {
      if (gone.signal.aborted || response.write(text)) return;
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        gone.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
  });
  response.end();
}

function send(
  response: ServerResponse,
  { status, headers, body, stream }: HttpResponse,
  isRetiring: boolean,
): void {
  // A socket that becomes idle after `stop` has begun would hold it up.
  const last = stream || isRetiring ? { connection: 'close' } : {};
  if (stream) {
    response.writeHead(status, { ...headers, ...last });
    void sendStream(response, stream).catch((error: unknown) => response.destroy(error as Error));
    return;
  }
  response.writeHead(status, { ...headers, ...last, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Answers a request for another protocol with a plain status, such as `404 Not Found`, and closes the connection. */
export function refuseUpgrade(
  socket: Duplex,
  status: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': '0' });
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
}

/** Serves the routes on loopback unless another host is named. Port 0 takes a free one. Rejects when it is in use. */
export async function listen(options: ListenOptions): Promise<ListeningServer> {
  const { port: asked, host = '127.0.0.1', sharesPort = false } = options;
  let isRetiring = false;
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    void answer(request, options).then((result) => send(response, result, isRetiring));
  });
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    const [path = ''] = (request.url ?? '/').split('?');
    const upgrade = options.upgrades?.get(path);
    if (upgrade) upgrade(request, socket, head);
    else refuseUpgrade(socket, '404 Not Found');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: asked, host, reusePort: sharesPort }, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : asked;
  return {
    url: `http://${host}:${port}`,
    port,
    retireConnections: () => {
      isRetiring = true;
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
    },
  };
}
