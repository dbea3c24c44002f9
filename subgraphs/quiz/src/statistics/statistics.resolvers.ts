import type { Resolvers } from '../__generated__/resolvers.ts';
import { findStatistics } from './statistics.service.ts';

export const statisticsResolvers = {
  Quiz: {
    statistics: (quiz, _args, context) => findStatistics(context, quiz),
  },
} satisfies Resolvers;
