import type { Resolvers, SubscriptionReviewQueueChangedArgs } from '../__generated__/resolvers.ts';
import { getCardOf } from '../card/card.service.ts';
import type { Context } from '../context.ts';
import { findStreakOfViewer } from '../streak/streak.service.ts';
import { followQueue } from './queue.live.ts';
import { buildQueue, findNextCard } from './queue.service.ts';
import { findReview, previewReview, submitReview, undoReview } from './review.service.ts';
import { syncReviews } from './review-sync.ts';

export const reviewResolvers = {
  Query: {
    reviewQueue: (_root, { input }, context) => buildQueue(context, input),
    previewReview: (_root, input, context) => previewReview(context, input),
  },
  Mutation: {
    submitReview: (_root, { input }, context) => submitReview(context, input),
    syncReviews: (_root, { reviews }, context) => syncReviews(context, reviews),
    undoReview: (_root, { reviewId }, context) => undoReview(context, reviewId),
  },
  Subscription: {
    reviewQueueChanged: {
      subscribe: (_root, _args, context) => followQueue(context),
      resolve: (_tick: unknown, { subjectId }: SubscriptionReviewQueueChangedArgs, context: Context) =>
        buildQueue(context, { subjectId }),
    },
  },
  SubmitReviewSuccess: {
    nextInQueue: ({ card }, _args, context) => findNextCard(context, card.deckId),
    streak: (_submitted, _args, context) => findStreakOfViewer(context),
  },
  ReviewLog: {
    __resolveReference: ({ id }, context) => findReview(context, id),
    card: (review, _args, context) => getCardOf(context, review),
    undone: (review) => review.undoneAt !== null,
  },
} satisfies Resolvers;
