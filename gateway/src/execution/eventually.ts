/**
 * A value that is mostly there at once. Where a request passes many steps, waiting for each of them costs more than
 * the steps; whoever takes one waits only for a promise: `answer instanceof Promise ? await answer : answer`.
 */
export type Eventually<T> = T | Promise<T>;
