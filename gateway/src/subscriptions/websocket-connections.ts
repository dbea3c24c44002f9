import type { IncomingMessage } from 'node:http';
import type { Logger } from '@studymate/runtime';
import { CloseCode, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Extra {
  readonly socket: WebSocket;
  /** The request for the connection; let go of once it is known who connects. */
  request: IncomingMessage | null;
}

export interface ConnectionsOptions {
  readonly protocol: Server<Extra>;
  /** Bytes of a message at most. */
  readonly maxPayload: number;
  /** Bytes that may wait for a client to read them. */
  readonly maxBuffered: number;
  readonly keepAliveMs: number;
  readonly logger: Logger;
}

/** Close code 1013 (try again later): graphql-ws clients do, after a pause. */
const tryAgainLater = 1013;
const lingerMs = 1_000;

/** A closed connection whose client does not answer is not waited for. */
function closeFor(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), lingerMs).unref();
}

function createSend(socket: WebSocket, maxBuffered: number): (data: string) => Promise<void> {
  return (data) =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== socket.OPEN) return resolve();
      if (socket.bufferedAmount > maxBuffered) {
        closeFor(socket, tryAgainLater, 'The client reads too slowly.');
        return resolve();
      }
      socket.send(data, (error) => (error ? reject(error) : resolve()));
    });
}

/** Speaks the protocol with a new client until it goes. */
function serveClient(client: Extra, { protocol, maxBuffered, logger }: ConnectionsOptions): void {
  const { socket } = client;
  const failed = (error: unknown) => {
    if (socket.readyState !== socket.OPEN) return;
    const isMisplaced = error instanceof Error && error.message.startsWith('Unexpected message');
    if (isMisplaced) return socket.close(CloseCode.BadRequest, 'Invalid message received');
    logger.error({ err: error }, 'unexpected error');
    socket.close(CloseCode.InternalServerError, 'Internal error');
  };
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: createSend(socket, maxBuffered),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (hear) =>
        socket.on('message', (data: Buffer) => {
          hear(data.toString()).catch(failed);
        }),
    },
    client,
  );
  socket.once('close', (code, reason) => {
    closed(code, reason.toString()).catch((error: unknown) =>
      logger.error({ err: error }, 'unexpected error'),
    );
  });
}

/**
 * WebSockets that speak a graphql-ws server's protocol. Who does not answer a ping by the time of the next one, or
 * reads so slowly that answers pile up, is cut off.
 */
export function createConnections(options: ConnectionsOptions) {
  const { maxPayload, keepAliveMs, logger } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload,
    handleProtocols: (offered) => offered.has('graphql-transport-ws') && 'graphql-transport-ws',
  });
  const alive = new WeakSet<WebSocket>();
  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, keepAliveMs).unref();
  server.on('connection', (socket, request) => {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('error', (error) => logger.debug({ reason: String(error) }, 'client connection failed'));
    serveClient({ socket, request }, options);
  });
  return {
    server,
    stop: async () => {
      clearInterval(heartbeat);
      for (const socket of server.clients) closeFor(socket, 1001, 'Going away');
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
