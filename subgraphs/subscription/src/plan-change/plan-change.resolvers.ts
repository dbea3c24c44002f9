import type { Resolvers } from '../__generated__/resolvers.ts';
import { changePlan, previewPlanChange } from './plan-change.service.ts';

export const planChangeResolvers = {
  Mutation: {
    previewPlanChange: (_root, input, context) => previewPlanChange(context, input),
    changePlan: (_root, input, context) => changePlan(context, input),
  },
} satisfies Resolvers;
