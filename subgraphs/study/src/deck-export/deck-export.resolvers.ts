import type { Resolvers } from '../__generated__/resolvers.ts';
import { exportDeck } from './deck-export.service.ts';

export const deckExportResolvers = {
  Mutation: {
    exportDeck: (_root, input, context) => exportDeck(context, input),
  },
} satisfies Resolvers;
