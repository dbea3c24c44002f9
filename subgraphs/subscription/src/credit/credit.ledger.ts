import type { CreditAccount, CreditGrant, CreditSource, LedgerKind } from '@studymate/database/subscription';
import type { Context } from '../context.ts';

/** Where each kind of line takes credits from, where they go, and what that does to balance and reservation. */
const movements = {
  GRANT: { from: 'issued', to: 'available', balance: 1, reserved: 0 },
  RESERVE: { from: 'available', to: 'reserved', balance: 0, reserved: 1 },
  CAPTURE: { from: 'reserved', to: 'spent', balance: -1, reserved: -1 },
  RELEASE: { from: 'reserved', to: 'available', balance: 0, reserved: -1 },
  EXPIRE: { from: 'available', to: 'expired', balance: -1, reserved: 0 },
} as const satisfies Record<LedgerKind, unknown>;

export interface Line {
  readonly kind: LedgerKind;
  readonly quantity: number;
  readonly grantId: string;
  readonly reference: string;
  readonly memo?: string;
}

/** An account that is locked for the rest of the transaction, with lines to be written to it. */
export interface OpenAccount {
  readonly userId: string;
  totals: CreditAccount;
}

/**
 * Runs ledger work on a learner's account: locks it, writes the totals back and tells of the change.
 * Must be called in a transaction.
 */
export async function withAccount<T>(
  context: Context,
  userId: string,
  work: (account: OpenAccount) => Promise<T>,
): Promise<T> {
  const before = await context.credits.lockAccount(userId);
  const account: OpenAccount = { userId, totals: before };
  const result = await work(account);
  const { balance, reserved } = account.totals;
  if (balance !== before.balance || reserved !== before.reserved) {
    await context.credits.saveAccount(account.totals);
    const available = balance - reserved;
    await context.events.publish('billing.credits.changed', { userId, balance, reserved, available });
  }
  return result;
}

/** Appends a line and moves the totals along. */
export async function append(context: Context, account: OpenAccount, line: Line): Promise<void> {
  const movement = movements[line.kind];
  const amount = movement.balance * line.quantity;
  const reservedChange = movement.reserved * line.quantity;
  const { userId, balance, reserved } = account.totals;
  account.totals = { userId, balance: balance + amount, reserved: reserved + reservedChange };
  await context.credits.appendEntry({
    userId,
    at: context.now(),
    kind: line.kind,
    fromAccount: movement.from,
    toAccount: movement.to,
    quantity: line.quantity,
    amount,
    reservedChange,
    balanceAfter: account.totals.balance,
    reservedAfter: account.totals.reserved,
    grantId: line.grantId,
    reference: line.reference,
    memo: line.memo ?? null,
  });
}

export interface GrantInput {
  readonly source: CreditSource;
  /** What it is for; a second grant of the same reference changes nothing. */
  readonly reference: string;
  readonly amount: number;
  readonly expiresAt: Date;
  readonly memo: string;
}

/** Adds credits to the account. Answers the grant's id, or null when the reference was granted before. */
export async function grant(
  context: Context,
  account: OpenAccount,
  { memo, ...input }: GrantInput,
): Promise<string | null> {
  const id = context.credits.newGrantId();
  const createdAt = context.now();
  const isNew = await context.credits.createGrant({ id, userId: account.userId, createdAt, ...input });
  if (!isNew) return null;
  await append(context, account, {
    kind: 'GRANT',
    quantity: input.amount,
    grantId: id,
    reference: input.reference,
    memo,
  });
  return id;
}

/** Takes back what is left of a grant that has run out. */
export async function expire(
  context: Context,
  account: OpenAccount,
  { id, remaining }: Pick<CreditGrant, 'id' | 'remaining'>,
): Promise<void> {
  await context.credits.changeGrant(id, { remaining: -remaining, held: 0 });
  await append(context, account, { kind: 'EXPIRE', quantity: remaining, grantId: id, reference: id });
}

/** Expires whatever has run out, and answers the grants that can be spent. */
export async function refreshGrants(context: Context, account: OpenAccount): Promise<CreditGrant[]> {
  const grants = await context.credits.spendableGrants(account.userId);
  const [over, good] = [
    grants.filter(isOver(context.now())),
    grants.filter((row) => !isOver(context.now())(row)),
  ];
  for (const row of over) await expire(context, account, row);
  return good;
}

export const isOver =
  (now: Date) =>
  ({ expiresAt }: { readonly expiresAt: Date }): boolean =>
    expiresAt <= now;
