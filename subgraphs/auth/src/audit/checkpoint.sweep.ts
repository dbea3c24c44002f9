import type { Context } from '../context.ts';

/** So many rows, or so much time, may go by without a checkpoint. */
const everyRows = 100n;
const everyMs = 60_000;

/** Vouches for the audit log as far as it has come. Several workers may: their checkpoints of a row are alike. */
export function createCheckpointSweep() {
  let vouched = { sequence: 0n, atMs: 0 };
  return async (context: Context): Promise<void> => {
    const last = await context.audit.findLast();
    if (!last || last.sequence === vouched.sequence) return;
    const nowMs = context.now().getTime();
    const isDue = last.sequence - vouched.sequence >= everyRows || nowMs - vouched.atMs >= everyMs;
    if (!isDue) return;
    if (!(await context.checkpoints.has(last.sequence))) {
      await context.checkpoints.write(last.sequence, last.hash, context.now());
    }
    vouched = { sequence: last.sequence, atMs: nowMs };
  };
}
