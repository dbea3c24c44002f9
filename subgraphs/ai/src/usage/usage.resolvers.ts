import type { Resolvers } from '../__generated__/resolvers.ts';
import { readUsage } from './usage.service.ts';

export const usageResolvers = {
  Query: {
    aiUsage: (_root, period, context) => readUsage(context, period),
  },
} satisfies Resolvers;
