import type { PaymentMethod } from '@studymate/database/subscription';
import type { Context } from '../context.ts';

export interface PaymentMethodView extends PaymentMethod {
  readonly isDefault: boolean;
}

/** The learner's cards, oldest first. The running subscription's own card is the default, else the customer's. */
export async function listPaymentMethods(context: Context, userId: string): Promise<PaymentMethodView[]> {
  const [account, subscription] = await Promise.all([
    context.accounts.find(userId),
    context.subscriptions.findOf(userId),
  ]);
  if (!account?.providerCustomerId) return [];
  const methods = await context.paymentMethods.listOf(account.providerCustomerId);
  const charged = subscription?.defaultPaymentMethodId ?? account.defaultPaymentMethodId;
  return methods.map((method) => ({ ...method, isDefault: method.id === charged }));
}
