import type { Resolvers } from '../__generated__/resolvers.ts';
import { findPreset, savePreset } from './preset.service.ts';

export const presetResolvers = {
  Mutation: {
    savePreset: (_root, input, context) => savePreset(context, input),
  },
  SchedulerPreset: {
    __resolveReference: ({ id }, context) => findPreset(context, id),
  },
} satisfies Resolvers;
