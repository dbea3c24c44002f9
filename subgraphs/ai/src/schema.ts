import { buildSubgraph } from '@studymate/subgraph-kit';
import { generationResolvers } from './generation/generation.resolvers.ts';
import { modelResolvers } from './model/model.resolvers.ts';
import { usageResolvers } from './usage/usage.resolvers.ts';

export const schema = buildSubgraph({
  name: 'ai',
  resolvers: [generationResolvers, modelResolvers, usageResolvers],
});
