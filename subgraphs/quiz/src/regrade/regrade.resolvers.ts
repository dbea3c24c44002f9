import type { Resolvers } from '../__generated__/resolvers.ts';
import { getAttempt } from '../attempt/attempt.service.ts';
import { previewRegrade, regrade } from './regrade.service.ts';

export const regradeResolvers = {
  Mutation: {
    previewRegrade: (_root, { quizId }, context) => previewRegrade(context, quizId),
    regrade: (_root, input, context) => regrade(context, input),
  },
  RegradeRow: {
    attempt: ({ attemptId }, _args, context) => getAttempt(context, attemptId),
  },
} satisfies Resolvers;
