import { rateLimited } from '@studymate/contracts';

/**
 * Lets at most `concurrent` pieces of work run at once and `queued` more wait; throws RATE_LIMITED beyond that.
 * Keeps work that fills the thread pool from holding up everything else.
 */
export function createBulkhead({
  concurrent,
  queued,
}: {
  readonly concurrent: number;
  readonly queued: number;
}) {
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < concurrent) {
      running += 1;
      return;
    }
    if (waiting.length >= queued) throw rateLimited(1);
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  return async <T>(work: () => Promise<T>): Promise<T> => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
