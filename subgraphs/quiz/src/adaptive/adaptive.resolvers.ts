import type { Resolvers } from '../__generated__/resolvers.ts';
import { findAbility, viewSettings } from './adaptive.view.ts';
import { nextItem } from './next-item.ts';

export const adaptiveResolvers = {
  Mutation: {
    nextItem: (_root, { attemptId }, context) => nextItem(context, attemptId),
  },
  NextItem: {
    ability: ({ attempt }, _args, context) => findAbility(context, attempt),
  },
  QuizAttempt: {
    ability: (attempt, _args, context) => findAbility(context, attempt),
  },
  QuizSettings: {
    adaptive: (quiz) => viewSettings(quiz),
  },
} satisfies Resolvers;
