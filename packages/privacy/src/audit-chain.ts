import { createHash } from 'node:crypto';

/** A row of the audit log without its own hash. */
export interface AuditFacts {
  readonly sequence: bigint;
  readonly at: Date;
  readonly act: string;
  /** Pseudonyms. */
  readonly actor: string | null;
  readonly subject: string | null;
  readonly origin: string;
  readonly details: Readonly<Record<string, string>>;
  /** Of the row before; `firstHash` for the first. */
  readonly previousHash: string;
}

/** What the first row follows. */
export const firstHash = '0'.repeat(64);

/** SHA-256 (hex) over all of the row and the hash before it: no row can be changed, moved or left out unseen. */
export function hashOf(facts: AuditFacts): string {
  const details = Object.entries(facts.details).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const canonical = JSON.stringify([
    facts.sequence.toString(),
    facts.at.toISOString(),
    facts.act,
    facts.actor,
    facts.subject,
    facts.origin,
    details,
    facts.previousHash,
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}
