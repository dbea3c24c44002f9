import type { Context } from '../context.ts';

const keptMs = 30 * 24 * 3_600_000;

/** Forgets outputs that nobody has asked for in 30 days. */
export const forgetUnusedOutputs = (context: Context): Promise<void> =>
  context.cachedOutputs.forgetUnusedSince(new Date(context.now().getTime() - keptMs));
