import type { Resolvers } from '../__generated__/resolvers.ts';
import { listPaymentMethods } from './payment-method.service.ts';

export const paymentMethodResolvers = {
  User: {
    paymentMethods: ({ id }, _args, context) => listPaymentMethods(context, id),
  },
  PaymentMethod: {
    default: ({ isDefault }) => isDefault,
  },
} satisfies Resolvers;
