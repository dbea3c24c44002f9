import type { Resolvers } from '../__generated__/resolvers.ts';
import { findStats, listActivity } from '../activity/activity.service.ts';
import { clockOfUser } from './user.ts';

export const userResolvers = {
  User: {
    __resolveReference: (user) => user,
    activity: (user, range, context) => listActivity(context, user.id, range),
    studyStats: (user, { period }, context) => findStats(context, clockOfUser(user, context.viewer), period),
  },
} satisfies Resolvers;
