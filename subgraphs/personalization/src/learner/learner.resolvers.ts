import type { Resolvers } from '../__generated__/resolvers.ts';
import { findLearnerProfile, resetLearnerModel, setOptOut } from './learner.service.ts';

export const learnerResolvers = {
  Mutation: {
    setPersonalizationOptOut: (_root, { optOut }, context) => setOptOut(context, optOut),
    resetLearnerModel: (_root, { subjectId }, context) => resetLearnerModel(context, subjectId),
  },
  User: {
    learnerProfile: (user, _args, context) => findLearnerProfile(context, user.id),
  },
} satisfies Resolvers;
