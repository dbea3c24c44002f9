import type { Resolvers } from '../__generated__/resolvers.ts';
import { findImport, importQuestions, listCreated, listProblems } from './question-import.service.ts';

export const questionImportResolvers = {
  Mutation: {
    importQuestions: (_root, input, context) => importQuestions(context, input),
  },
  QuestionImport: {
    __resolveReference: ({ id }, context) => findImport(context, id),
    status: ({ isDryRun }) => (isDryRun ? 'DRY_RUN' : 'DONE'),
    created: (report, _args, context) => listCreated(context, report),
    problems: (report) => listProblems(report),
  },
} satisfies Resolvers;
