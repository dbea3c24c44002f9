import { buildSubgraph } from '@studymate/subgraph-kit';
import { nodeResolvers } from './node/node.resolvers.ts';

export const schema = buildSubgraph({ name: 'relay', resolvers: [nodeResolvers] });
