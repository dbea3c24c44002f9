import type { Resolvers } from '../__generated__/resolvers.ts';
import { exportQuestions } from './question-export.service.ts';

export const questionExportResolvers = {
  Mutation: {
    exportQuestions: (_root, input, context) => exportQuestions(context, input),
  },
} satisfies Resolvers;
