import type { Resolvers } from '../__generated__/resolvers.ts';
import { startBroadcast } from './broadcast.service.ts';

export const broadcastResolvers = {
  Mutation: {
    broadcast: (_root, args, context) => startBroadcast(context, args),
  },
} satisfies Resolvers;
