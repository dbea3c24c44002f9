import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type HttpResponse, type RunningServer, sendStream } from '@studymate/runtime';

/** Answers by `METHOD /path`; a path alone answers every method. */
export type GatewayRoutes = ReadonlyMap<string, (request: IncomingMessage) => Promise<HttpResponse>>;

export interface HttpOptions {
  readonly port: number;
  readonly host: string;
  /** Headers of every answer that does not say otherwise. */
  readonly headers: Readonly<Record<string, string>>;
  readonly routes: GatewayRoutes;
  /** Asked for paths that are no routes; null when it has no answer either. */
  readonly otherwise?: (request: IncomingMessage, path: string) => Promise<HttpResponse> | null;
  readonly onError: (error: unknown) => HttpResponse;
  /** Takes over connections that ask for another protocol, by path. */
  readonly upgrades: ReadonlyMap<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>;
}

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const keepAliveMs = 65_000;
const drainMs = 25_000;

const errorBody = (message: string, code: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code } }] });

const jsonType = 'application/json; charset=utf-8';

const notFound: HttpResponse = {
  status: 404,
  headers: { 'content-type': jsonType },
  body: errorBody('Not found.', 'NOT_FOUND'),
};

function send(response: ServerResponse, answer: HttpResponse, defaults: HttpOptions['headers']): void {
  if (response.headersSent || response.destroyed) return;
  const headers: Record<string, string | number> = {
    ...defaults,
    ...answer.headers,
    ...(answer.stream ? {} : { 'content-length': Buffer.byteLength(answer.body) }),
  };
  // A body that was not read to its end leaves the connection unusable; a stream that ends late would hold up `stop`.
  if (answer.status === 413 || answer.status === 415 || answer.stream) headers.connection = 'close';
  response.writeHead(answer.status, headers);
  if (answer.stream) sendStream(response, answer.stream).catch(() => response.destroy());
  else response.end(answer.body);
}

/** Serves the routes. `stop` lets requests under way finish, for 25 s at most. */
export async function serveHttp(options: HttpOptions): Promise<RunningServer> {
  const { routes, otherwise, host, onError } = options;
  const server = createServer(
    {
      noDelay: true,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
    },
    (request, response) => {
      const url = request.url ?? '/';
      const mark = url.indexOf('?');
      const path = mark < 0 ? url : url.slice(0, mark);
      const handler = routes.get(`${request.method} ${path}`) ?? routes.get(path);
      const asked = handler ? handler(request) : otherwise?.(request, path);
      const answer = asked?.catch(onError) ?? Promise.resolve(notFound);
      void answer.then((result) => send(response, result, options.headers));
    },
  );
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    const [path = ''] = (request.url ?? '/').split('?');
    const upgrade = options.upgrades.get(path);
    if (upgrade) upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  server.on('clientError', (_error, socket) => {
    if (!socket.writable) return;
    const body = errorBody('The request is not valid HTTP.', 'BAD_USER_INPUT');
    socket.end(
      `HTTP/1.1 400 Bad Request\r\ncontent-type: ${jsonType}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), drainMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
