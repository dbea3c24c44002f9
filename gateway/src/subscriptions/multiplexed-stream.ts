import type { StreamReport } from '@studymate/runtime';
import type { DataObject } from '../execution/gathered.ts';

interface Taker {
  resolve(result: IteratorResult<DataObject>): void;
  reject(error: Error): void;
}

const done: IteratorResult<DataObject> = { done: true, value: undefined };

/** One of the subscriptions on a connection. The next event is asked for when the one before was taken. */
export class MultiplexedStream implements AsyncIterableIterator<DataObject> {
  readonly #tell: (order: 'more' | 'end') => void;
  readonly #signal: AbortSignal;
  readonly #started = Promise.withResolvers<DataObject | null>();
  #waiting: DataObject | null = null;
  #taker: Taker | null = null;
  /** The subgraph sends the first event unasked. */
  #isAsked = true;
  #end: 'complete' | Error | null = null;

  constructor(tell: (order: 'more' | 'end') => void, signal: AbortSignal) {
    this.#tell = tell;
    this.#signal = signal;
    signal.addEventListener('abort', this.#leave);
  }

  /** Resolves once the subgraph has accepted the subscription (null), or with its refusal. */
  get started(): Promise<DataObject | null> {
    return this.#started.promise;
  }

  hear(report: StreamReport): void {
    if (report.type === 'opened') this.#started.resolve(null);
    else if (report.type === 'cut') this.fail(new Error('The subgraph cut the stream off.'));
    else if (report.type === 'next') {
      this.#isAsked = false;
      this.#waiting = report.result;
      this.#hand();
    } else {
      if (report.type === 'refused') this.#started.resolve(report.result);
      this.#finish('complete');
    }
  }

  fail(error: Error): void {
    this.#started.reject(error);
    this.#finish(error);
  }

  next(): Promise<IteratorResult<DataObject>> {
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
      this.#hand();
      if (this.#taker && !this.#isAsked) {
        this.#isAsked = true;
        this.#tell('more');
      }
    });
  }

  async return(): Promise<IteratorResult<DataObject>> {
    if (!this.#end) this.#tell('end');
    this.#waiting = null;
    this.#finish('complete');
    this.#started.reject(new Error('The stream was left.'));
    return done;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #leave = (): void => void this.return();

  #finish(end: 'complete' | Error): void {
    this.#signal.removeEventListener('abort', this.#leave);
    this.#end ??= end;
    this.#hand();
  }

  #hand(): void {
    const taker = this.#taker;
    if (!taker || (!this.#waiting && !this.#end)) return;
    this.#taker = null;
    if (this.#waiting) taker.resolve({ done: false, value: this.#waiting });
    else if (this.#end instanceof Error) taker.reject(this.#end);
    else taker.resolve(done);
    this.#waiting = null;
  }
}
