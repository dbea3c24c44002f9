import { buildSubgraph } from '@studymate/subgraph-kit';
import { checkoutResolvers } from './checkout/checkout.resolvers.ts';
import { creditResolvers } from './credit/credit.resolvers.ts';
import { entitlementResolvers } from './entitlement/entitlement.resolvers.ts';
import { invoiceResolvers } from './invoice/invoice.resolvers.ts';
import { paymentMethodResolvers } from './payment-method/payment-method.resolvers.ts';
import { planResolvers } from './plan/plan.resolvers.ts';
import { planChangeResolvers } from './plan-change/plan-change.resolvers.ts';
import { subscriptionResolvers } from './subscription/subscription.resolvers.ts';

export const schema = buildSubgraph({
  name: 'subscription',
  resolvers: [
    planResolvers,
    subscriptionResolvers,
    checkoutResolvers,
    planChangeResolvers,
    invoiceResolvers,
    paymentMethodResolvers,
    creditResolvers,
    entitlementResolvers,
  ],
});
