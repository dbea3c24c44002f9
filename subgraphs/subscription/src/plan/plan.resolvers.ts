import type { Resolvers } from '../__generated__/resolvers.ts';
import { listPlans } from './plan.service.ts';

export const planResolvers = {
  Query: {
    plans: (_root, { currency }, context) => listPlans(context, currency),
  },
  Plan: {
    __resolveReference: ({ id }, context) => context.plans.find(id),
  },
  Price: {
    __resolveReference: ({ id }, context) => context.plans.findPrice(id),
    amount: (price) => price,
  },
} satisfies Resolvers;
