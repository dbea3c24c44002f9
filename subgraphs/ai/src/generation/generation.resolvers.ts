import type { Resolvers } from '../__generated__/resolvers.ts';
import { estimateGeneration } from './generation.plan.ts';
import {
  cancelGeneration,
  findGeneration,
  listGenerationsOf,
  listGenerationsOfMaterial,
  rateGeneration,
  startGeneration,
} from './generation.service.ts';
import { attemptsOf, costOf, errorOf, feedbackOf, outputOf, qualityOf, usageOf } from './generation.view.ts';

export const generationResolvers = {
  Query: {
    generation: (_root, { id }, context) => findGeneration(context, id),
    estimateGeneration: (_root, { input }, context) => estimateGeneration(context, input),
  },
  Mutation: {
    startGeneration: (_root, request, context) => startGeneration(context, request),
    cancelGeneration: (_root, { id }, context) => cancelGeneration(context, id),
    rateGeneration: (_root, feedback, context) => rateGeneration(context, feedback),
  },
  Generation: {
    __resolveReference: ({ id }, context) => findGeneration(context, id),
    user: ({ userId }) => ({ id: userId }),
    material: ({ materialId }) => ({ id: materialId }),
    output: (generation) => outputOf(generation),
    attempts: (generation, _args, context) => attemptsOf(context, generation),
    usage: (generation, _args, context) => usageOf(context, generation),
    cost: (generation) => costOf(generation),
    quality: (generation) => qualityOf(generation),
    error: (generation) => errorOf(generation),
    feedback: (generation) => feedbackOf(generation),
  },
  GenerationConnection: {
    totalCount: (page) => page.count(),
  },
  User: {
    generations: ({ id }, { kind, first, after }, context) =>
      listGenerationsOf(context, id, { kind, first, after }),
  },
  Material: {
    generations: ({ id }, pageArguments, context) => listGenerationsOfMaterial(context, id, pageArguments),
  },
} satisfies Resolvers;
