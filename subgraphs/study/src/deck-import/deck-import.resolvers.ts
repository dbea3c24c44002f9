import type { Resolvers } from '../__generated__/resolvers.ts';
import { findImport, findImportedDeck, importDeck, listProblems } from './deck-import.service.ts';

export const deckImportResolvers = {
  Mutation: {
    importDeck: (_root, input, context) => importDeck(context, input),
  },
  DeckImportJob: {
    __resolveReference: ({ id }, context) => findImport(context, id),
    problems: (job) => listProblems(job),
    deck: (job, _args, context) => findImportedDeck(context, job),
  },
} satisfies Resolvers;
