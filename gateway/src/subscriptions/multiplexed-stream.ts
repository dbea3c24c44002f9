import type { StreamReport } from '@studymate/runtime';
import type { DataObject } from '../execution/gathered.ts';
import { EventQueue } from './event-queue.ts';

/** One of the subscriptions on a connection. The next event is asked for when the one before was taken. */
export class MultiplexedStream implements AsyncIterableIterator<DataObject> {
  readonly #tell: (order: 'more' | 'end') => void;
  readonly #signal: AbortSignal;
  readonly #started = Promise.withResolvers<DataObject | null>();
  readonly #events = new EventQueue();
  /** The subgraph sends the first event unasked. */
  #isAsked = true;
  #isOver = false;

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
      this.#events.push(report.result);
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
    if (!this.#isAsked && !this.#isOver && this.#events.size === 0) {
      this.#isAsked = true;
      this.#tell('more');
    }
    return this.#events.next();
  }

  async return(): Promise<IteratorResult<DataObject>> {
    if (!this.#isOver) this.#tell('end');
    this.#started.reject(new Error('The stream was left.'));
    this.#finish('complete');
    return this.#events.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #leave = (): void => void this.return();

  #finish(end: 'complete' | Error): void {
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this.#leave);
    this.#events.finish(end);
  }
}
