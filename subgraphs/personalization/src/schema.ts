import { buildSubgraph } from '@studymate/subgraph-kit';
import { learnerResolvers } from './learner/learner.resolvers.ts';
import { masteryResolvers } from './mastery/mastery.resolvers.ts';
import { recommendationResolvers } from './recommendation/recommendation.resolvers.ts';

export const schema = buildSubgraph({
  name: 'personalization',
  resolvers: [learnerResolvers, masteryResolvers, recommendationResolvers],
});
