import { typenameOf } from '@studymate/contracts';
import { requireViewer } from '@studymate/subgraph-kit';
import type { Resolvers } from '../__generated__/resolvers.ts';
import { reasonsIn } from './reason.ts';
import {
  findRecommendation,
  listNextActivities,
  pageRecommendations,
  recordFeedback,
} from './recommendation.service.ts';

export const recommendationResolvers = {
  Query: {
    nextActivities: (_root, args, context) => listNextActivities(context, args),
  },
  Mutation: {
    recordRecommendationFeedback: (_root, args, context) => recordFeedback(context, args),
  },
  User: {
    recommendations: (user, args, context) => pageRecommendations(context, user.id, args),
  },
  Recommendation: {
    __resolveReference: ({ id }, context) => findRecommendation(context, id),
    activity: ({ activityId }) => ({ __typename: typenameOf(activityId) ?? 'Skill', id: activityId }),
    reasons: ({ reasons }, _args, context) => reasonsIn(requireViewer(context).locale, reasons),
  },
} satisfies Resolvers;
