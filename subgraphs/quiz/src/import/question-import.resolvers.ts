import type { Resolvers, SubscriptionQuestionImportProgressArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { createQuestionUpload } from '../file/question-file.service.ts';
import { followImport } from './question-import.live.ts';
import {
  findImport,
  findReport,
  getImport,
  importQuestions,
  listCreated,
} from './question-import.service.ts';

export const questionImportResolvers = {
  Mutation: {
    importQuestions: (_root, input, context) => importQuestions(context, input),
    createQuestionUpload: (_root, input, context) => createQuestionUpload(context, input),
  },
  Subscription: {
    questionImportProgress: {
      subscribe: (_root, { id }, context) => followImport(context, id),
      resolve: (_tick: unknown, { id }: SubscriptionQuestionImportProgressArgs, context: Context) =>
        getImport(context, id),
    },
  },
  QuestionImport: {
    __resolveReference: ({ id }, context) => findImport(context, id),
    created: (report, _args, context) => listCreated(context, report),
    problems: ({ id }, _args, context) => context.questionImports.firstProblems(id),
    problemReport: (report, _args, context) => findReport(context, report),
  },
} satisfies Resolvers;
