import type { Resolvers } from '../__generated__/resolvers.ts';
import { listModels, listProviderHealth } from './model.service.ts';

export const modelResolvers = {
  Query: {
    aiModels: (_root, _args, context) => listModels(context),
    aiProviders: (_root, _args, context) => listProviderHealth(context),
  },
} satisfies Resolvers;
