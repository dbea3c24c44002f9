import type { Behaviour } from './behaviour.ts';

/** Judged once, as soon as the learner asks for it; an answer earns its credit. */
export const immediate: Behaviour = {
  triesAllowed: () => 1,
  shareOf: ({ fraction }) => fraction,
};
