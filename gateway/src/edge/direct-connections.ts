import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpResponse } from '@studymate/runtime';
import { keepArrivedBody } from './arrived-bodies.ts';
import { type DirectRequest, readDirectRequest } from './direct-request.ts';
import { responseHead } from './response-head.ts';
import { headersOf, sendResponse } from './send-response.ts';

export interface DirectOptions {
  /** Never rejects. */
  readonly handle: (request: IncomingMessage) => Promise<HttpResponse>;
  /** Headers of an answer, where it does not say otherwise. */
  readonly defaultsFor: (request: IncomingMessage) => Readonly<Record<string, string>>;
  /** Takes a connection over for good, with what arrived on it. */
  readonly handOver: (socket: Socket, arrived: Buffer) => void;
  /** How long a connection may be open before it says something. */
  readonly firstByteMs: number;
  /** How long it may be idle after that. */
  readonly keepAliveMs: number;
}

export interface DirectConnections {
  accept(socket: Socket): void;
  /** Ends connections: idle ones now, the others with their answer. */
  retire(): void;
}

function requestOf(socket: Socket, { url, headers, body }: DirectRequest): IncomingMessage {
  const request = new IncomingMessage(socket);
  request.method = 'POST';
  request.url = url;
  request.headers = headers;
  request.httpVersionMajor = 1;
  request.httpVersionMinor = 1;
  keepArrivedBody(request, body);
  return request;
}

/** One connection, as long as everything that arrives on it is a request that was read directly. */
class DirectConnection {
  readonly #socket: Socket;
  readonly #options: DirectOptions;
  #isBusy = false;
  #isLast = false;
  #held: Buffer | null = null;

  constructor(socket: Socket, options: DirectOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setTimeout(options.firstByteMs);
    socket.on('data', this.#onData).on('timeout', this.#onTimeout).on('end', this.retire);
  }

  readonly retire = (): void => {
    this.#isLast = true;
    if (!this.#isBusy) this.#socket.end();
  };

  readonly #onTimeout = (): void => {
    if (!this.#isBusy) this.#socket.destroy();
  };

  readonly #onData = (arrived: Buffer): void => {
    // The next request of one who does not wait for answers: it has to.
    if (this.#isBusy) {
      this.#socket.pause();
      this.#held = this.#held ? Buffer.concat([this.#held, arrived]) : arrived;
      return;
    }
    const direct = readDirectRequest(arrived);
    if (!direct) {
      this.#leave();
      this.#options.handOver(this.#socket, arrived);
      return;
    }
    this.#isBusy = true;
    const request = requestOf(this.#socket, direct);
    void this.#options.handle(request).then((answer) => this.#answer(request, answer));
  };

  #leave(): void {
    const socket = this.#socket;
    socket.off('data', this.#onData).off('timeout', this.#onTimeout).off('end', this.retire);
    socket.setTimeout(0);
  }

  #answer(request: IncomingMessage, answer: HttpResponse): void {
    if (this.#socket.destroyed) return;
    const defaults = this.#options.defaultsFor(request);
    if (answer.stream) this.#stream(request, answer, defaults);
    else this.#write(answer, defaults);
  }

  #write(answer: HttpResponse, defaults: Readonly<Record<string, string>>): void {
    const { status, body } = answer;
    const length = Buffer.byteLength(body);
    const carriage = this.#isLast
      ? { connection: 'close' }
      : { connection: 'keep-alive', 'keep-alive': `timeout=${this.#options.keepAliveMs / 1000}` };
    const head = responseHead(status, {
      ...headersOf(answer, defaults),
      'content-length': length,
      ...carriage,
    });
    const socket = this.#socket;
    // As many bytes as characters: all are ASCII, and go out in one write.
    if (typeof body === 'string' && length === body.length) socket.write(head + body, 'latin1');
    else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
    this.#isBusy = false;
    if (this.#isLast) socket.end();
    else this.#goOn();
  }

  #goOn(): void {
    const held = this.#held;
    this.#socket.setTimeout(this.#options.keepAliveMs);
    if (!held) return;
    this.#held = null;
    this.#socket.resume();
    this.#onData(held);
  }

  /** A response of Node's carries the stream, and the connection ends with it. */
  #stream(request: IncomingMessage, answer: HttpResponse, defaults: Readonly<Record<string, string>>): void {
    const socket = this.#socket;
    this.#leave();
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    response.shouldKeepAlive = false;
    response.once('finish', () => socket.end());
    socket.once('close', () => response.emit('close')).resume();
    sendResponse(response, answer, defaults);
  }
}

/**
 * Connections whose requests arrive whole, as nearly all do: read, answered and kept open without Node's parser and
 * its streams, which cost as much as all the rest of a short request. What is in any way unusual is handed over to
 * Node's, with its connection and for good.
 */
export function createDirectConnections(options: DirectOptions): DirectConnections {
  const open = new Set<DirectConnection>();
  return {
    accept: (socket) => {
      const connection = new DirectConnection(socket, {
        ...options,
        handOver: (taken, arrived) => {
          open.delete(connection);
          options.handOver(taken, arrived);
        },
      });
      open.add(connection);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => open.delete(connection));
    },
    retire: () => {
      for (const connection of open) connection.retire();
    },
  };
}
