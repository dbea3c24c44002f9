import type { Behaviour } from './behaviour.ts';

/** Judged once, at the end; an answer earns its credit. */
export const deferred: Behaviour = {
  triesAllowed: () => 0,
  shareOf: ({ fraction }) => fraction,
};
