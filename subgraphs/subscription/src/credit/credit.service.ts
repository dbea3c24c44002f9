import { invalidInput, notFound } from '@studymate/contracts';
import type { CreditAccount, CreditGrant, LedgerEntry } from '@studymate/database/subscription';
import {
  type Connection,
  onceByKey,
  type PageArguments,
  parseInput,
  parsePage,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import { canSeeBilling } from '../billing-account/billing-account.policy.ts';
import type { Context } from '../context.ts';
import { monthly, periodStart } from '../period/period.ts';
import { grant, withAccount } from './credit.ledger.ts';
import { creditPacks } from './credit-packs.ts';

const soonMs = 14 * 86_400_000;
const amountSchema = z.int().min(1).max(1_000_000);
const keySchema = z.string().min(1).max(200);

/** The learner's account; an empty one for whoever never had a credit. */
export async function getCreditAccount(context: Context, userId: string): Promise<CreditAccount> {
  return (await context.credits.findAccount(userId)) ?? { userId, balance: 0, reserved: 0 };
}

/** Grants that expire within 14 days, soonest first. */
export async function listExpiringSoon(context: Context, { userId }: CreditAccount): Promise<CreditGrant[]> {
  const now = context.now();
  const before = new Date(now.getTime() + soonMs);
  const left = await context.credits.listLeft(userId);
  return left.filter(({ expiresAt }) => expiresAt > now && expiresAt <= before);
}

export async function listLedger(
  context: Context,
  { userId }: CreditAccount,
  pageArguments: PageArguments,
): Promise<Connection<LedgerEntry>> {
  const page = parsePage(pageArguments);
  const last = page.cursor?.[0];
  if (last !== undefined && !/^\d{1,18}$/.test(last))
    throw invalidInput(['after'], 'after: is not a cursor of this list');
  const before = last === undefined ? null : BigInt(last);
  const entries = await context.credits.listEntries(userId, { take: page.take, before });
  return toConnection(entries, page, ({ sequence }) => [String(sequence)]);
}

/** The line, or null when it does not exist or is not the viewer's to see. */
export async function findLedgerEntry(context: Context, id: string): Promise<LedgerEntry | null> {
  const entry = await context.credits.findEntry(id);
  return entry && canSeeBilling(context.viewer, entry.userId) ? entry : null;
}

export const findGrantOf = (context: Context, { grantId }: LedgerEntry): Promise<CreditGrant | null> =>
  grantId === null ? Promise.resolve(null) : context.credits.findGrant(grantId);

export const listPacks = (currency: string | null | undefined) =>
  creditPacks.filter((pack) => !currency || pack.currency === currency.toUpperCase());

interface GrantCreditsInput {
  readonly userId: string;
  readonly amount: number;
  readonly expiresAt?: Date | null | undefined;
  readonly idempotencyKey: string;
}

/** Gives a learner credits by an administrator's hand. Throws NOT_FOUND for an unknown learner. */
export async function grantCredits(context: Context, input: GrantCreditsInput): Promise<CreditAccount> {
  const { userId } = input;
  const amount = parseInput(amountSchema, 'amount', input.amount);
  const key = parseInput(keySchema, 'idempotencyKey', input.idempotencyKey);
  const expiresAt = input.expiresAt ?? periodStart(context.now(), monthly, 12);
  if (expiresAt <= context.now())
    throw invalidInput(['expiresAt'], 'expiresAt: must be in the future', 'future');

  const body = { userId, amount, expiresAt: input.expiresAt ?? null };
  await onceByKey(
    context,
    { mutation: 'grantCredits', key, body },
    {
      run: async (inner) => {
        if (!(await inner.accounts.find(userId))) throw notFound('User');
        const reference = `admin:${inner.viewer?.id}:${key}`;
        const given = {
          source: 'ADMIN',
          reference,
          amount,
          expiresAt,
          memo: 'Given by an administrator.',
        } as const;
        const id = await withAccount(inner, userId, (account) => grant(inner, account, given));
        if (id === null) throw new Error(`Grant ${reference} exists without its key.`);
        return { id };
      },
      replay: async (_inner, id) => ({ id }),
    },
  );
  return getCreditAccount(context, userId);
}
