import type { Resolvers } from '../__generated__/resolvers.ts';
import { findProgress, findProgressById } from './progress.service.ts';

export const progressResolvers = {
  Subject: {
    progress: (subject, _args, context) => findProgress(context, subject),
  },
  StudyProgress: {
    __resolveReference: ({ id }, context) => findProgressById(context, id),
  },
} satisfies Resolvers;
