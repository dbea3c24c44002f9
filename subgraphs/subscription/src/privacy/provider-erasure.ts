import type { Erasure } from '@studymate/privacy';
import type { Context } from '../context.ts';

/** Has Stripe forget the customer, which ends what they subscribe to. */
export async function forgetAtProvider(context: Context, { userId }: Erasure): Promise<void> {
  const account = await context.accounts.find(userId);
  if (account?.providerCustomerId) await context.provider.deleteCustomer(account.providerCustomerId);
}
