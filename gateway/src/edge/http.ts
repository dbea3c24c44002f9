import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpResponse, RunningServer } from '@studymate/runtime';
import { type ConnectionLimit, limitConnections } from '../plugins/connection-limit.ts';
import type { FrontDoor } from '../plugins/front-door.ts';
import type { Refusal } from '../plugins/refuse.ts';
import { createDirectConnections, type DirectConnections } from './direct-connections.ts';
import { sendResponse } from './send-response.ts';

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

/** Answers by the routes; never rejects. */
function createHandle({ routes, otherwise, onError, door }: HttpOptions) {
  return (request: IncomingMessage): Promise<HttpResponse> => {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const stopped = door.stop(request);
    if (stopped) return Promise.resolve(stopped);
    const handler = routes.get(`${request.method} ${path}`) ?? routes.get(path);
    const asked = handler ? handler(request) : otherwise?.(request, path);
    return (
      asked?.catch((error) => onError(error, request)) ?? Promise.resolve(door.refuse(notFound, request))
    );
  };
}

/** Lets connections be read directly first, and by Node's server where that is not for them. */
function readDirectly(
  server: Server,
  { door }: HttpOptions,
  handle: ReturnType<typeof createHandle>,
): DirectConnections {
  const [acceptByNode] = server.listeners('connection');
  const connections = createDirectConnections({
    handle,
    defaultsFor: door.headersFor,
    handOver: (socket, arrived) => {
      socket.pause();
      acceptByNode?.call(server, socket);
      socket.unshift(arrived);
      socket.resume();
    },
    firstByteMs: headersTimeoutMs,
    keepAliveMs,
  });
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    if (!socket.destroyed) connections.accept(socket);
  });
  return connections;
}

/** Serves the routes. `stop` lets requests under way finish, for 25 s at most. */
export async function serveHttp(options: HttpOptions): Promise<RunningServer> {
  const { host, door } = options;
  const handle = createHandle(options);
  const server = createServer(
    {
      noDelay: true,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: connectionsCheckMs,
    },
    (request, response) => {
      void handle(request).then((answer) => sendResponse(response, answer, door.headersFor(request)));
    },
  );
  const direct = readDirectly(server, options, handle);
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
        direct.retire();
      }),
  };
}
