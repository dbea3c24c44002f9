import type { Behaviour } from './behaviour.ts';

/** Judged one by one as the test goes on, in order to choose the next question; an answer earns its credit. */
export const adaptive: Behaviour = {
  triesAllowed: () => 0,
  shareOf: ({ fraction }) => fraction,
};
