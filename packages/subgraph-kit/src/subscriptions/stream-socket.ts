import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Caller } from '@studymate/contracts';
import {
  type createRequestVerifier,
  type Logger,
  parseStreamMessage,
  refuseUpgrade,
  type StreamOrder,
  type StreamReport,
  streamOrderSchema,
  streamProtocol,
} from '@studymate/runtime';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SourceEvents } from './source-events.ts';

export interface StreamSocketOptions {
  readonly verify: ReturnType<typeof createRequestVerifier>;
  /** Starts the subscription of a verified body. */
  readonly start: (body: string, caller: Caller) => Promise<SourceEvents>;
  readonly logger: Logger;
}

export interface StreamSockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every connection; gateways open theirs again elsewhere. */
  stop(): void;
}

const longestOrder = 10_000_000;
const pingEveryMs = 15_000;

type Events = Extract<SourceEvents, { kind: 'events' }>;

/** The streams of one gateway's connection. */
class Streams {
  readonly #socket: WebSocket;
  readonly #options: StreamSocketOptions;
  /** Null while a stream is being opened. */
  readonly #open = new Map<number, Events | null>();

  constructor(socket: WebSocket, options: StreamSocketOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  async obey(order: StreamOrder): Promise<void> {
    if (order.type === 'subscribe') return this.#subscribe(order);
    const events = this.#open.get(order.id);
    if (order.type === 'more') {
      if (events) await this.#tell(order.id, events);
      return;
    }
    this.#open.delete(order.id);
    events?.end();
  }

  end(): void {
    for (const events of this.#open.values()) events?.end();
    this.#open.clear();
  }

  async #subscribe({ id, headers, body }: Extract<StreamOrder, { type: 'subscribe' }>): Promise<void> {
    const caller = this.#options.verify(headers, body);
    if (!caller) {
      const errors = [{ message: 'The signature is not valid.', extensions: { code: 'UNAUTHENTICATED' } }];
      return this.#report({ type: 'refused', id, result: { errors } });
    }
    this.#open.set(id, null);
    try {
      const source = await this.#options.start(body, caller);
      if (source.kind === 'refused') {
        this.#open.delete(id);
        return this.#report({ type: 'refused', id, result: source.result });
      }
      if (!this.#open.has(id)) return source.end();
      this.#open.set(id, source);
      this.#report({ type: 'opened', id });
      await this.#tell(id, source);
    } catch (error) {
      this.#cut(id, error);
    }
  }

  /** Sends the next event once there is one. */
  async #tell(id: number, events: Events): Promise<void> {
    try {
      const result = await events.next();
      if (this.#open.get(id) !== events) return;
      if (result) return this.#report({ type: 'next', id, result });
      this.#open.delete(id);
      this.#report({ type: 'complete', id });
    } catch (error) {
      this.#cut(id, error);
    }
  }

  #cut(id: number, error: unknown): void {
    this.#options.logger.error({ err: error }, 'subscription failed');
    this.#open.get(id)?.end();
    this.#open.delete(id);
    this.#report({ type: 'cut', id });
  }

  #report(report: StreamReport): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(report));
  }
}

/**
 * Serves many subscriptions over each connection of a gateway. The request for the connection is signed (over an
 * empty body), and so is every subscription with its own caller.
 */
export function createStreamSockets(options: StreamSocketOptions): StreamSockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: longestOrder,
    handleProtocols: (protocols) => protocols.has(streamProtocol) && streamProtocol,
  });
  const answered = new WeakSet<WebSocket>();
  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.has(socket)) socket.terminate();
      answered.delete(socket);
      socket.ping();
    }
  }, pingEveryMs).unref();

  server.on('connection', (socket) => {
    const streams = new Streams(socket, options);
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
    socket.on('message', (data: Buffer) => {
      const order = parseStreamMessage(streamOrderSchema, data);
      if (order) void streams.obey(order);
      else socket.close(1002);
    });
    socket.on('error', (error) =>
      options.logger.debug({ reason: String(error) }, 'gateway connection failed'),
    );
    socket.on('close', () => streams.end());
  });

  return {
    upgrade: (request, socket, head) => {
      if (!options.verify(request.headers, '')) return refuseUpgrade(socket, '401 Unauthorized');
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request));
    },
    stop: () => {
      clearInterval(heartbeat);
      server.close();
      for (const socket of server.clients) {
        socket.close(1001);
        // A gateway that does not answer the close would hold up the stop.
        setTimeout(() => socket.terminate(), 1_000).unref();
      }
    },
  };
}
