import type { Resolvers } from '../__generated__/resolvers.ts';
import { buyCredits, openBillingPortal, startCheckout } from './checkout.service.ts';

export const checkoutResolvers = {
  Mutation: {
    startCheckout: (_root, input, context) => startCheckout(context, input),
    buyCredits: (_root, input, context) => buyCredits(context, input),
    openBillingPortal: (_root, input, context) => openBillingPortal(context, input),
  },
} satisfies Resolvers;
