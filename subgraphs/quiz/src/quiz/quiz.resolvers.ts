import type { Resolvers } from '../__generated__/resolvers.ts';
import { findStartability, listViewerAttempts } from '../attempt/attempt.service.ts';
import { findViewerBestScore } from '../attempt/item-result.ts';
import { getBank, getEntry } from '../bank/bank.service.ts';
import { listQuizzes, listQuizzesOfSubject } from './quiz.listing.ts';
import { createQuiz, findQuiz, publishQuiz } from './quiz.service.ts';
import { listSlots, setQuizSlots } from './quiz.slots.ts';
import { sourceOf } from './quiz-slot.ts';

export const quizResolvers = {
  Query: {
    quiz: (_root, { id }, context) => findQuiz(context, id),
    quizzes: (_root, given, context) => listQuizzes(context, given),
  },
  Mutation: {
    createQuiz: (_root, input, context) => createQuiz(context, input),
    setQuizSlots: (_root, input, context) => setQuizSlots(context, input),
    publishQuiz: (_root, input, context) => publishQuiz(context, input),
  },
  Quiz: {
    __resolveReference: ({ id }, context) => findQuiz(context, id),
    subject: ({ subjectId }) => ({ id: subjectId }),
    createdBy: ({ createdById }) => ({ id: createdById }),
    maxScore: ({ maxScore }) => maxScore.toNumber(),
    settings: (quiz) => quiz,
    slots: (quiz, _args, context) => listSlots(context, quiz),
    startability: (quiz, _args, context) => findStartability(context, quiz),
    viewerAttempts: (quiz, place, context) => listViewerAttempts(context, quiz, place),
    viewerBestScore: (quiz, _args, context) => findViewerBestScore(context, quiz),
  },
  QuizConnection: {
    totalCount: (page) => page.countAll(),
  },
  QuizSettings: {
    tryPenalty: ({ tryPenalty }) => tryPenalty.toNumber(),
    feedback: (quiz) => quiz,
    passScore: ({ passFraction }) => passFraction?.toNumber() ?? null,
  },
  QuizSlot: {
    maxScore: ({ maxScore }) => maxScore.toNumber(),
    source: (slot) => sourceOf(slot),
  },
  FixedSlot: {
    entry: ({ entryId }, _args, context) => getEntry(context, entryId),
  },
  RandomSlot: {
    bank: ({ bankId }, _args, context) => getBank(context, bankId),
    skillIds: ({ skillIds }) => (skillIds.length === 0 ? null : skillIds),
    difficulty: ({ difficulty }) => (difficulty.length === 0 ? null : difficulty),
  },
  Subject: {
    quizzes: ({ id }, place, context) => listQuizzesOfSubject(context, id, place),
  },
} satisfies Resolvers;
