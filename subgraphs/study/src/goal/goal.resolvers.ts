import type { Resolvers } from '../__generated__/resolvers.ts';
import { clockOfUser } from '../user/user.ts';
import { findGoal, listGoals, setGoal } from './goal.service.ts';

export const goalResolvers = {
  Mutation: {
    setGoal: (_root, input, context) => setGoal(context, input),
  },
  StudyGoal: {
    __resolveReference: ({ id }, context) => findGoal(context, id),
    subject: (goal, _args, context) =>
      goal.subjectId === null ? null : context.subjects.find(goal.subjectId),
  },
  User: {
    goals: (user, { active }, context) =>
      listGoals(context, clockOfUser(user, context.viewer), active ?? true),
  },
} satisfies Resolvers;
