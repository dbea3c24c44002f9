import type { Resolvers } from '../__generated__/resolvers.ts';
import { clockOfUser } from '../user/user.ts';
import { applyStreakFreeze, findStreak, listStreakDays } from './streak.service.ts';

export const streakResolvers = {
  Mutation: {
    useStreakFreeze: (_root, { date }, context) => applyStreakFreeze(context, date),
  },
  Streak: {
    days: (streak, range) => listStreakDays(streak, range),
  },
  User: {
    streak: (user, _args, context) => findStreak(context, clockOfUser(user, context.viewer)),
  },
} satisfies Resolvers;
