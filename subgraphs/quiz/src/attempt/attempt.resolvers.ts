import type { Resolvers, SubscriptionAttemptUpdatedArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { getQuizOfAttempt } from '../quiz/quiz.service.ts';
import { checkResponse } from './attempt.check.ts';
import { invalidateAttempt } from './attempt.invalidate.ts';
import { followAttempt, getOwnAttempt } from './attempt.live.ts';
import { saveResponse } from './attempt.save.ts';
import { findSeed } from './attempt.seed.ts';
import {
  countProgress,
  findAttempt,
  findItem,
  getQuestionOf,
  listAttemptsOf,
  remainingSeconds,
} from './attempt.service.ts';
import { startAttempt } from './attempt.start.ts';
import { stateAt } from './attempt.state.ts';
import { submitAttempt } from './attempt.submit.ts';
import { findResult, findRevealedKey, findScore } from './item-result.ts';
import { presentResponse } from './response.view.ts';

export const attemptResolvers = {
  Query: {
    attempt: (_root, { id }, context) => findAttempt(context, id),
  },
  Mutation: {
    startAttempt: (_root, input, context) => startAttempt(context, input),
    saveResponse: (_root, { input }, context) => saveResponse(context, input),
    checkResponse: (_root, input, context) => checkResponse(context, input),
    submitAttempt: (_root, input, context) => submitAttempt(context, input),
    invalidateAttempt: (_root, { attemptId }, context) => invalidateAttempt(context, attemptId),
  },
  Subscription: {
    attemptUpdated: {
      subscribe: (_root, { id }, context) => followAttempt(context, id),
      resolve: (_tick: unknown, { id }: SubscriptionAttemptUpdatedArgs, context: Context) =>
        getOwnAttempt(context, id),
    },
  },
  QuizAttempt: {
    __resolveReference: ({ id }, context) => findAttempt(context, id),
    quiz: ({ quizId }, _args, context) => getQuizOfAttempt(context, quizId),
    user: ({ userId }) => ({ id: userId }),
    state: (attempt, _args, context) => stateAt(attempt, context.now()),
    serverTime: (_attempt, _args, context) => context.now(),
    remainingSeconds: (attempt, _args, context) => remainingSeconds(attempt, context.now()),
    items: ({ id }, _args, context) => context.attemptItems.ofAttempt(id),
    progress: (attempt, _args, context) => countProgress(context, attempt),
    score: (attempt, _args, context) => findScore(context, attempt),
    seed: (attempt, _args, context) => findSeed(context, attempt),
  },
  QuizAttemptConnection: {
    totalCount: (page) => page.countAll(),
  },
  AttemptItem: {
    __resolveReference: ({ id }, context) => findItem(context, id),
    question: (item, _args, context) => getQuestionOf(context, item),
    maxScore: ({ maxScore }) => maxScore.toNumber(),
    response: ({ response }) => presentResponse(response),
    settled: ({ isSettled }) => isSettled,
    result: (item, _args, context) => findResult(context, item),
  },
  ItemResult: {
    key: (result, _args, context) => findRevealedKey(context, result),
  },
  User: {
    attempts: ({ id }, filter, context) => listAttemptsOf(context, id, filter),
  },
} satisfies Resolvers;
