import { newRowId } from '@studymate/contracts';
import { firstHash, hashOf } from '@studymate/privacy';
import { counter } from '@studymate/runtime';
import type { Context } from '../context.ts';

/** Acts that change who may do what, or what is known of whom. */
export type AuditedAct =
  | 'account.created'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.deletion-requested'
  | 'account.deletion-canceled'
  | 'account.erasure-begun'
  | 'account.erased'
  | 'account.exported'
  | 'account.roles-changed'
  | 'address.change-requested'
  | 'address.changed'
  | 'client.created'
  | 'client.revoked'
  | 'factor.added'
  | 'factor.removed'
  | 'identity.linked'
  | 'identity.unlinked'
  | 'key.created'
  | 'key.revoked'
  | 'password.changed'
  | 'password.reset'
  | 'recovery-codes.replaced'
  | 'session.reused-token'
  | 'sessions.ended';

export interface Act {
  readonly act: AuditedAct;
  /** Whom it is about. */
  readonly userId: string;
  /** Nothing by which a person could be told: ids of roles, kinds, reasons. */
  readonly details?: Readonly<Record<string, string>>;
}

const acts = counter({ name: 'audited_acts_total', help: 'Acts in the audit log.', labels: ['act'] });

/**
 * Adds an act to the audit log, in the transaction of the act. Whoever adds waits for the one before to commit, so call
 * it last: nothing else is waited for meanwhile.
 */
export async function recordAct(context: Context, { act, userId, details = {} }: Act): Promise<void> {
  await context.transaction(async (inner) => {
    const subject = await inner.audit.pseudonymOf(userId, newRowId());
    const actorId = inner.viewer?.id ?? null;
    const actor = actorId === null ? null : await inner.audit.pseudonymOf(actorId, newRowId());
    const last = await inner.audit.lockEnd();
    const facts = {
      sequence: (last?.sequence ?? 0n) + 1n,
      at: inner.now(),
      act,
      actor,
      subject,
      origin: inner.origin.deviceHash,
      details,
      previousHash: last?.hash ?? firstHash,
    };
    await inner.audit.append(facts, hashOf(facts));
  });
  acts.inc({ act });
}
