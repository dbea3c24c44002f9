import { parseStreamMessage, type StreamOrder, streamProtocol, streamReportSchema } from '@studymate/runtime';
import { WebSocket } from 'ws';
import { MultiplexedStream } from './multiplexed-stream.ts';
import type { StreamRequest } from './subgraph-stream.ts';

const connectTimeoutMs = 2_000;
/** Three of a subgraph's signs of life. */
const silenceMs = 45_000;
/** Time for which a connection without streams is kept. */
const idleMs = 60_000;
const longestReport = 16_000_000;

export interface ConnectionOptions {
  readonly url: URL;
  /** Vouch for the gateway that connects. */
  readonly headers: Readonly<Record<string, string>>;
  readonly onClose: () => void;
}

/** A WebSocket to a subgraph that carries many subscriptions. */
export class StreamConnection {
  readonly #socket: WebSocket;
  readonly #streams = new Map<number, MultiplexedStream>();
  readonly #connected = Promise.withResolvers<void>();
  #lastId = 0;
  #idle: NodeJS.Timeout | null = null;

  constructor({ url, headers, onClose }: ConnectionOptions) {
    const socket = new WebSocket(url, streamProtocol, {
      headers,
      handshakeTimeout: connectTimeoutMs,
      maxPayload: longestReport,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    const silence = setTimeout(() => socket.terminate(), silenceMs).unref();
    socket.on('open', () => this.#connected.resolve());
    socket.on('ping', () => silence.refresh());
    socket.on('message', (data: Buffer) => {
      silence.refresh();
      this.#hear(data);
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', (code) => {
      clearTimeout(silence);
      onClose();
      this.#fail(new Error(`The connection was closed (${code}).`));
    });
    // Who waits for it is told; without anybody it is no matter.
    this.#connected.promise.catch(() => undefined);
  }

  /** Streams on it. */
  get size(): number {
    return this.#streams.size;
  }

  /** Whether it is there, or about to be. */
  get isUsable(): boolean {
    return this.#socket.readyState <= WebSocket.OPEN;
  }

  /** Adds a stream. `sign` is called when there is a connection, as a signature does not live long. */
  subscribe({ body, signal }: StreamRequest, sign: () => Record<string, string>): MultiplexedStream {
    this.#lastId += 1;
    const id = this.#lastId;
    if (this.#idle) clearTimeout(this.#idle);
    const stream = new MultiplexedStream((type) => {
      this.#send({ type, id });
      if (type === 'end') this.#remove(id);
    }, signal);
    this.#streams.set(id, stream);
    this.#connected.promise.then(
      () => this.#streams.has(id) && this.#send({ type: 'subscribe', id, headers: sign(), body }),
      (error: Error) => stream.fail(error),
    );
    return stream;
  }

  close(): void {
    this.#socket.terminate();
  }

  #send(order: StreamOrder): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(order));
  }

  #hear(data: Buffer): void {
    const report = parseStreamMessage(streamReportSchema, data);
    if (!report) {
      this.close();
      return;
    }
    this.#streams.get(report.id)?.hear(report);
    if (report.type !== 'opened' && report.type !== 'next') this.#remove(report.id);
  }

  #remove(id: number): void {
    this.#streams.delete(id);
    if (this.size > 0) return;
    this.#idle = setTimeout(() => this.#socket.close(1000), idleMs).unref();
  }

  #fail(error: Error): void {
    this.#connected.reject(error);
    for (const stream of this.#streams.values()) stream.fail(error);
    this.#streams.clear();
  }
}
