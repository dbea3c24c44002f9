import type { Resolvers } from '../__generated__/resolvers.ts';
import { getLatestQuestion, listVersions } from '../question/question.service.ts';
import {
  countQuestionsOfSkill,
  createBank,
  findBank,
  findEntry,
  getBank,
  listBanksOfSubject,
  listEntries,
} from './bank.service.ts';

export const bankResolvers = {
  Query: {
    questionBank: (_root, { id }, context) => findBank(context, id),
  },
  Mutation: {
    createQuestionBank: (_root, input, context) => createBank(context, input),
  },
  QuestionBank: {
    __resolveReference: ({ id }, context) => findBank(context, id),
    subject: ({ subjectId }) => ({ id: subjectId }),
    entries: ({ id }, filter, context) => listEntries(context, id, filter),
  },
  BankEntry: {
    __resolveReference: ({ id }, context) => findEntry(context, id),
    bank: ({ bankId }, _args, context) => getBank(context, bankId),
    latest: (entry, _args, context) => getLatestQuestion(context, entry),
    versions: ({ id }, _args, context) => listVersions(context, id),
    usedByQuizzes: ({ id }, _args, context) => context.entries.countQuizzesUsing(id),
  },
  BankEntryConnection: {
    totalCount: (page) => page.countAll(),
  },
  Subject: {
    questionBanks: ({ id }, _args, context) => listBanksOfSubject(context, id),
  },
  Skill: {
    questionCount: ({ id }, _args, context) => countQuestionsOfSkill(context, id),
  },
} satisfies Resolvers;
