import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { type HttpReply, ResponseReader } from './http-response.ts';

export interface ConnectionsOptions {
  readonly url: URL;
  /** Connections open at most; further requests wait for one, first come first served. */
  readonly connections: number;
  /** Bytes of a response's body at most. */
  readonly responseLimit: number;
}

/** Told once what became of a request. */
export interface ReplyHandler {
  /** The body is only there during the call. */
  onReply(reply: HttpReply): void;
  onFailure(reason: 'refused' | 'bad answer', error: Error): void;
}

/** A request on its way. */
export interface SentRequest {
  /** Gives it up: its handler hears no more of it, its connection is closed. */
  abandon(): void;
}

const connectTimeoutMs = 2_000;

/** Every read goes here first and is done with before the next: Node reads one connection at a time. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/** A request as it is written, and who waits for its reply. */
export class PostedRequest implements SentRequest {
  readonly head: string;
  readonly body: string;
  readonly handler: ReplyHandler;
  connection: Connection | null = null;
  isAbandoned = false;

  constructor(head: string, body: string, handler: ReplyHandler) {
    this.head = head;
    this.body = body;
    this.handler = handler;
  }

  abandon(): void {
    this.isAbandoned = true;
    this.connection?.destroy();
  }
}

export interface ConnectionOwner {
  readonly options: ConnectionsOptions;
  onFree(connection: Connection, reusableMs: number): void;
  onClosed(connection: Connection): void;
}

/** One connection, which carries one request at a time. */
export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  #current: PostedRequest | null = null;
  #reader: ResponseReader | null = null;
  #error: Error | null = null;
  usableUntil = Number.POSITIVE_INFINITY;

  constructor(owner: ConnectionOwner) {
    this.#owner = owner;
    this.#socket = this.#open(owner.options.url);
    this.#socket.setTimeout(connectTimeoutMs, () =>
      this.#socket.destroy(new Error('No connection in time.')),
    );
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    this.#socket.on('close', () => this.#onClose());
  }

  #open({ protocol, hostname, port }: URL): Socket {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const ready = () => this.#socket.setTimeout(0);
    if (protocol === 'https:') {
      const socket = connectSecurely(
        { host, port: Number(port || 443), servername: host, ALPNProtocols: ['http/1.1'] },
        ready,
      );
      socket.setNoDelay(true);
      return socket.on('data', (data) => this.#onData(data));
    }
    const onread = {
      buffer: readBuffer,
      callback: (length: number) => {
        this.#onData(readBuffer.subarray(0, length));
        return true;
      },
    };
    return connect({ host, port: Number(port || 80), noDelay: true, onread }, ready);
  }

  send(request: PostedRequest): void {
    this.#current = request;
    this.#reader = new ResponseReader(this.#owner.options.responseLimit);
    request.connection = this;
    const { head, body } = request;
    const length = Buffer.byteLength(body);
    const start = `${head}content-length: ${length}\r\n\r\n`;
    // Bytes and characters are as many when all are ASCII: then one write does.
    if (length === body.length) {
      this.#socket.write(start + body, 'latin1');
      return;
    }
    this.#socket.cork();
    this.#socket.write(start, 'latin1');
    this.#socket.write(body, 'utf8');
    this.#socket.uncork();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #onData(data: Buffer): void {
    if (!this.#reader) {
      this.destroy();
      return;
    }
    try {
      const reply = this.#reader.read(data);
      if (reply) this.#settle(reply);
    } catch (error) {
      this.#fail('bad answer', error instanceof Error ? error : new Error(String(error)));
      this.destroy();
    }
  }

  #settle(reply: HttpReply): void {
    const request = this.#take();
    try {
      if (request && !request.isAbandoned) request.handler.onReply(reply);
    } finally {
      // Answered before it was asked to the end: what is left of the request would be taken for the next.
      const isReusable = reply.reusableMs > 0 && this.#socket.writableLength === 0;
      if (isReusable) this.#owner.onFree(this, reply.reusableMs);
      else this.destroy();
    }
  }

  #take(): PostedRequest | null {
    const request = this.#current;
    this.#current = null;
    this.#reader = null;
    if (request) request.connection = null;
    return request;
  }

  #fail(reason: 'refused' | 'bad answer', error: Error): void {
    const request = this.#take();
    if (request && !request.isAbandoned) request.handler.onFailure(reason, error);
  }

  #onClose(): void {
    const reply = this.#error ? null : (this.#reader?.end() ?? null);
    if (reply) this.#settle({ ...reply, reusableMs: 0 });
    else this.#fail('refused', this.#error ?? new Error('The connection was closed.'));
    this.#owner.onClosed(this);
  }
}
