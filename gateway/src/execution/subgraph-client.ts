import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { UpstreamUnavailable } from './execution-error.ts';
import { type DataObject, isDataObject } from './gathered.ts';

export interface SubgraphClientOptions {
  readonly service: string;
  readonly url: string;
  /** Sockets to the subgraph at most; further requests wait for one. */
  readonly connections: number;
  /** Bytes of a response at most. */
  readonly responseLimit: number;
}

export interface SubgraphClient {
  /** Posts a GraphQL request. Rejects with UpstreamUnavailable when no sensible answer comes in time. */
  post(body: string, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<DataObject>;
  close(): Promise<void>;
}

interface Settle {
  resolve(answer: DataObject): void;
  reject(failure: UpstreamUnavailable): void;
}

/** Reads one response. An undici dispatch handler, since that is the leanest way undici offers. */
class ResponseReader implements Dispatcher.DispatchHandler {
  readonly #options: SubgraphClientOptions;
  readonly #settle: Settle;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #failure: UpstreamUnavailable | undefined;
  #status = 0;
  #size = 0;

  constructor(options: SubgraphClientOptions, settle: Settle, timeoutMs: number) {
    this.#options = options;
    this.#settle = settle;
    this.#timer = setTimeout(() => this.#fail('timeout'), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It waited for a connection until it was of no use any more.
    if (this.#failure) controller.abort(this.#failure);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    _headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#options.responseLimit) this.#fail('bad answer');
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer);
    const [only] = this.#chunks;
    const body = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks);
    try {
      const answer: unknown = JSON.parse(body.toString('utf8'));
      if (isDataObject(answer) && ('data' in answer || (this.#status < 500 && 'errors' in answer))) {
        this.#settle.resolve(answer);
        return;
      }
      this.#fail('bad answer');
    } catch (error) {
      this.#fail('bad answer', error);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail('refused', error);
  }

  #fail(reason: UpstreamUnavailable['reason'], cause?: unknown): void {
    clearTimeout(this.#timer);
    const failure = new UpstreamUnavailable(this.#options.service, reason, cause);
    this.#failure ??= failure;
    this.#settle.reject(failure);
    if (reason !== 'refused') this.#controller?.abort(failure);
  }
}

/** Keep-alive connections to one subgraph. */
export function createSubgraphClient(options: SubgraphClientOptions): SubgraphClient {
  const { origin, pathname, search } = new URL(options.url);
  const pool = new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: 2_000,
  });
  const path = `${pathname}${search}`;
  return {
    post: (body, headers, timeoutMs) =>
      new Promise((resolve, reject) => {
        pool.dispatch(
          { method: 'POST', path, headers, body },
          new ResponseReader(options, { resolve, reject }, timeoutMs),
        );
      }),
    close: () => pool.close(),
  };
}
