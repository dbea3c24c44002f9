import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type HttpResponse, type RunningServer, sendStream } from '@studymate/runtime';
import { type ConnectionLimit, limitConnections } from './plugins/connection-limit.ts';
import type { FrontDoor } from './plugins/front-door.ts';
import type { Refusal } from './plugins/refuse.ts';

/** Answers by `METHOD /path`; a path alone answers every method. */
export type GatewayRoutes = ReadonlyMap<string, (request: IncomingMessage) => Promise<HttpResponse>>;

export interface HttpOptions {
  readonly port: number;
  readonly host: string;
  /** Without it an address may open as many connections as it likes. */
  readonly connections?: ConnectionLimit;
  readonly door: FrontDoor;
  readonly routes: GatewayRoutes;
  /** Asked for paths that are no routes; null when it has no answer either. */
  readonly otherwise?: (request: IncomingMessage, path: string) => Promise<HttpResponse> | null;
  readonly onError: (error: unknown, request: IncomingMessage) => HttpResponse;
  /** Takes over connections that ask for another protocol, by path. */
  readonly upgrades: ReadonlyMap<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>;
}

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/** How often connections are looked at for these times. */
const connectionsCheckMs = 2_000;
const keepAliveMs = 65_000;
const drainMs = 25_000;

const notFound: Refusal = { status: 404, code: 'NOT_FOUND', message: 'Not found.' };

/** What is answered in the place of a request that Node gave up on. */
function unreadable(error: NodeJS.ErrnoException): Refusal {
  const code = 'BAD_USER_INPUT';
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, code, message: 'The headers are too long.' };
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, code, message: 'The request took too long.' };
  return { status: 400, code, message: 'The request is not valid HTTP.' };
}

/** Writes an answer to a socket that no response belongs to, and closes it. */
function sendRaw(socket: Duplex, { status, headers, body }: HttpResponse): void {
  if (!socket.writable) return;
  const all = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

function send(
  response: ServerResponse,
  answer: HttpResponse,
  defaults: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) return;
  const { body } = answer;
  const length = Buffer.byteLength(body);
  const headers: Record<string, string | number> = {
    ...defaults,
    ...answer.headers,
    ...(defaults.vary && answer.headers?.vary ? { vary: `${defaults.vary}, ${answer.headers.vary}` } : {}),
    ...(answer.stream ? {} : { 'content-length': length }),
  };
  // A body that was not read to its end leaves the connection unusable; a stream that ends late would hold up `stop`.
  if (answer.status === 413 || answer.status === 415 || answer.stream) headers.connection = 'close';
  response.writeHead(answer.status, headers);
  if (answer.stream) sendStream(response, answer.stream).catch(() => response.destroy());
  // As many bytes as characters: all are ASCII, and go out in one write as they are.
  else response.end(body, typeof body === 'string' && length === body.length ? 'latin1' : 'utf8');
}

/** Serves the routes. `stop` lets requests under way finish, for 25 s at most. */
export async function serveHttp(options: HttpOptions): Promise<RunningServer> {
  const { routes, otherwise, host, onError, door } = options;
  const server = createServer(
    {
      noDelay: true,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: connectionsCheckMs,
    },
    (request, response) => {
      const url = request.url ?? '/';
      const mark = url.indexOf('?');
      const path = mark < 0 ? url : url.slice(0, mark);
      const stopped = door.stop(request);
      if (stopped) {
        send(response, stopped, door.headersFor(request));
        return;
      }
      const handler = routes.get(`${request.method} ${path}`) ?? routes.get(path);
      const asked = handler ? handler(request) : otherwise?.(request, path);
      const answer =
        asked?.catch((error) => onError(error, request)) ?? Promise.resolve(door.refuse(notFound, request));
      void answer.then((result) => send(response, result, door.headersFor(request)));
    },
  );
  if (options.connections) limitConnections(server, options.connections);
  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    const [path = ''] = (request.url ?? '/').split('?');
    const upgrade = options.upgrades.get(path);
    const stopped = upgrade ? door.stop(request) : door.refuse(notFound, request);
    if (stopped) sendRaw(socket, stopped);
    else upgrade?.(request, socket, head);
  });
  server.on('clientError', (error, socket) => {
    if (socket.writable) sendRaw(socket, door.refuse(unreadable(error), null));
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
