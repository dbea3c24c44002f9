import type { Resolvers } from '../__generated__/resolvers.ts';
import { getAttempt } from '../attempt/attempt.service.ts';
import { gradeEssay } from './essay.service.ts';
import { listGradingQueue, proposalOf } from './grading-queue.ts';

export const essayResolvers = {
  Query: {
    gradingQueue: (_root, given, context) => listGradingQueue(context, given),
  },
  Mutation: {
    gradeEssay: (_root, input, context) => gradeEssay(context, input),
  },
  GradingTaskConnection: {
    totalCount: (page) => page.countAll(),
  },
  GradingTask: {
    item: (item) => item,
    attempt: ({ attemptId }, _args, context) => getAttempt(context, attemptId),
    proposal: (item) => proposalOf(item),
  },
} satisfies Resolvers;
