import type { Resolvers } from '../__generated__/resolvers.ts';
import {
  cancelSubscription,
  findDunning,
  findPendingChange,
  findSubscription,
  listHistory,
  resumeSubscription,
} from './subscription.service.ts';
import { graceEnd } from './subscription.state.ts';
import { getPlanInForce } from './subscription.sync.ts';

export const subscriptionResolvers = {
  Mutation: {
    cancelSubscription: (_root, input, context) => cancelSubscription(context, input),
    resumeSubscription: (_root, _args, context) => resumeSubscription(context),
  },
  User: {
    subscription: ({ id }, _args, context) => context.subscriptions.findOf(id),
  },
  UserSubscription: {
    __resolveReference: ({ id }, context) => findSubscription(context, id),
    plan: (row, _args, context) => getPlanInForce(context, row),
    graceEndsAt: (row) => graceEnd(row),
    pendingChange: (row, _args, context) => findPendingChange(context, row),
    dunning: (row, _args, context) => findDunning(context, row),
    history: (row, _args, context) => listHistory(context, row),
  },
} satisfies Resolvers;
