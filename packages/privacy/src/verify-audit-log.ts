import { type AuditFacts, firstHash, hashOf } from './audit-chain.ts';
import type { Checkpoint, Checkpoints } from './audit-checkpoint.ts';

export type AuditRow = AuditFacts & { readonly hash: string };

export interface AuditReport {
  readonly rows: number;
  readonly checkpoints: number;
  /** Rows that no checkpoint vouches for yet: cutting these off would go unseen. */
  readonly unvouched: number;
  /** What does not fit, the first in the log first; empty for a log that nobody has touched. */
  readonly problems: readonly string[];
}

/** What is wrong with a row after the one before it, or null. */
function problemOf(row: AuditRow, before: AuditRow | null): string | null {
  const expected = (before?.sequence ?? 0n) + 1n;
  if (row.sequence !== expected) return `row ${expected} is missing: ${row.sequence} comes in its place`;
  if (row.previousHash !== (before?.hash ?? firstHash))
    return `row ${row.sequence} does not follow the row before it`;
  return row.hash === hashOf(row) ? null : `row ${row.sequence} was changed`;
}

/**
 * Holds the audit log, in the order of its sequence, against its own hashes and the signed checkpoints: tells of rows
 * that were changed, left out, moved, put in, or cut off at the end, and of a log that was made anew.
 */
export async function verifyAuditLog(
  rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
  checkpoints: readonly Checkpoint[],
  isGenuine: Checkpoints['isGenuine'],
): Promise<AuditReport> {
  const problems: string[] = [];
  const waiting = new Map<string, Checkpoint>();
  for (const checkpoint of checkpoints) {
    if (isGenuine(checkpoint)) waiting.set(checkpoint.sequence, checkpoint);
    else problems.push(`the checkpoint of row ${checkpoint.sequence} is not signed by us`);
  }
  let count = 0;
  let before: AuditRow | null = null;
  for await (const row of rows) {
    count += 1;
    const problem = problemOf(row, before);
    if (problem) problems.push(problem);
    const checkpoint = waiting.get(row.sequence.toString());
    if (checkpoint && checkpoint.hash !== row.hash) {
      problems.push(`row ${row.sequence} is not the one that was vouched for at ${checkpoint.at}`);
    }
    waiting.delete(row.sequence.toString());
    before = row;
  }
  for (const { sequence, at } of waiting.values()) {
    problems.push(`the log ends before row ${sequence}, which was there at ${at}`);
  }
  const vouched = Number(checkpoints.at(-1)?.sequence ?? 0);
  return { rows: count, checkpoints: checkpoints.length, unvouched: Math.max(0, count - vouched), problems };
}
