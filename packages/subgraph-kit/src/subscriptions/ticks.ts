/** Word that something changed. What it is now has to be read. */
export interface ChangeTick {
  /** What the announcement named, often nothing. */
  readonly detail: string;
}

/** Ticks that wait to be taken: equal ones once, at most a hundred, the oldest giving way. */
export interface Ticks extends AsyncIterableIterator<ChangeTick> {
  push(tick: ChangeTick): void;
  /** Ticks when this time has passed, too, for as long as there are ticks at all. */
  pushAfter(delayMs: number): void;
  return(): Promise<IteratorResult<ChangeTick>>;
}

const maxWaiting = 100;
/** Nobody follows for longer than a timer can run: tokens end before. */
const longestTimerMs = 2 ** 31 - 1;
const done: IteratorResult<ChangeTick> = { done: true, value: undefined };

export function createTicks(first: ChangeTick | undefined, onReturn: () => void): Ticks {
  const waiting = new Set<string>(first ? [first.detail] : []);
  let taker: ((result: IteratorResult<ChangeTick>) => void) | null = null;
  let isOver = false;
  const timers: NodeJS.Timeout[] = [];

  const hand = () => {
    const [detail] = waiting;
    if (!taker || detail === undefined) return;
    waiting.delete(detail);
    const take = taker;
    taker = null;
    take({ done: false, value: { detail } });
  };

  const ticks: Ticks = {
    push: ({ detail }) => {
      if (isOver) return;
      waiting.add(detail);
      const [oldest] = waiting;
      if (waiting.size > maxWaiting && oldest !== undefined) waiting.delete(oldest);
      hand();
    },
    pushAfter: (delayMs) => {
      if (isOver || delayMs > longestTimerMs) return;
      timers.push(setTimeout(() => ticks.push({ detail: '' }), delayMs).unref());
    },
    next: () => {
      if (isOver) return Promise.resolve(done);
      return new Promise((resolve) => {
        taker = resolve;
        hand();
      });
    },
    return: async () => {
      if (!isOver) {
        isOver = true;
        for (const timer of timers) clearTimeout(timer);
        taker?.(done);
        onReturn();
      }
      return done;
    },
    [Symbol.asyncIterator]: () => ticks,
  };
  return ticks;
}
