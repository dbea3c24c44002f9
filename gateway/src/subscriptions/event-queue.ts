import type { DataObject } from '../execution/gathered.ts';

interface Taker {
  resolve(result: IteratorResult<DataObject>): void;
  reject(error: Error): void;
}

const maxWaiting = 100;
const done: IteratorResult<DataObject> = { done: true, value: undefined };

/** Events that wait for a subscriber, a hundred at most: the oldest gives way, so that the latest is never missed. */
export class EventQueue implements AsyncIterableIterator<DataObject> {
  #waiting: DataObject[] = [];
  #taker: Taker | null = null;
  #end: 'complete' | Error | null = null;

  get size(): number {
    return this.#waiting.length;
  }

  push(event: DataObject): void {
    this.#waiting.push(event);
    if (this.#waiting.length > maxWaiting) this.#waiting.shift();
    this.#hand();
  }

  /** Ends it once what waits has been taken, with an error or without. */
  finish(end: 'complete' | Error): void {
    this.#end ??= end;
    this.#hand();
  }

  next(): Promise<IteratorResult<DataObject>> {
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
      this.#hand();
    });
  }

  async return(): Promise<IteratorResult<DataObject>> {
    this.#waiting = [];
    this.finish('complete');
    return done;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #hand(): void {
    const taker = this.#taker;
    if (!taker) return;
    const event = this.#waiting.shift();
    if (event === undefined && this.#end === null) return;
    this.#taker = null;
    if (event) taker.resolve({ done: false, value: event });
    else if (this.#end instanceof Error) taker.reject(this.#end);
    else taker.resolve(done);
  }
}
