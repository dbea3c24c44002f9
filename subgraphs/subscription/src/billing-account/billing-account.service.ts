import type { EventPayload } from '@studymate/contracts';
import { notFound } from '@studymate/contracts';
import type { BillingAccount } from '@studymate/database/subscription';
import type { Context } from '../context.ts';
import { grant, withAccount } from '../credit/credit.ledger.ts';

const welcomeCredits = 50;
const welcomeMs = 90 * 86_400_000;

/** Opens billing for a new learner: their account, and credits to try AI with. */
export async function openBillingAccount(
  context: Context,
  { userId, email, displayName, locale }: EventPayload<'auth.user.registered'>,
): Promise<void> {
  const createdAt = context.now();
  await context.accounts.save({ userId, email, displayName, locale, createdAt });
  await withAccount(context, userId, (account) =>
    grant(context, account, {
      source: 'PROMO',
      reference: 'welcome',
      amount: welcomeCredits,
      expiresAt: new Date(createdAt.getTime() + welcomeMs),
      memo: 'Welcome to StudyMate.',
    }),
  );
}

/** The viewer's billing account. Throws NOT_FOUND until auth's registration has arrived here. */
export async function getBillingAccount(context: Context, userId: string): Promise<BillingAccount> {
  const account = await context.accounts.find(userId);
  if (!account) throw notFound('Billing account');
  return account;
}

/** Runs a call that needs the learner as a customer at Stripe; one that Stripe no longer knows is made anew. */
export async function withCustomer<T>(
  context: Context,
  account: BillingAccount,
  call: (customerId: string) => Promise<T | 'unknown-customer'>,
): Promise<T> {
  if (account.providerCustomerId !== null) {
    const result = await call(account.providerCustomerId);
    if (result !== 'unknown-customer') return result;
  }
  const customerId = await context.provider.createCustomer(account, account.providerCustomerId);
  await context.accounts.linkCustomer(account.userId, customerId);
  const result = await call(customerId);
  if (result === 'unknown-customer') throw new Error(`Stripe forgot customer ${customerId} at once.`);
  return result;
}
