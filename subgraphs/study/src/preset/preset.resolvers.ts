import type { Resolvers } from '../__generated__/resolvers.ts';
import { findReport, isOptimizing, optimizePreset } from './optimization.service.ts';
import { findPreset, savePreset } from './preset.service.ts';
import { simulateWorkload } from './workload.service.ts';

export const presetResolvers = {
  Query: {
    simulateWorkload: (_root, { input }, context) => simulateWorkload(context, input),
  },
  Mutation: {
    savePreset: (_root, input, context) => savePreset(context, input),
    optimizePreset: (_root, { presetId }, context) => optimizePreset(context, presetId),
  },
  SchedulerPreset: {
    __resolveReference: ({ id }, context) => findPreset(context, id),
    optimizing: (preset, _args, context) => isOptimizing(context, preset.id),
    lastOptimization: (preset, _args, context) => findReport(context, preset.id),
  },
} satisfies Resolvers;
