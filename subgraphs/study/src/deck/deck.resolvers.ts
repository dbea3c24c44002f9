import type { Resolvers } from '../__generated__/resolvers.ts';
import { listCardsOf } from '../card/card.service.ts';
import { getSubjectOf } from '../subject/subject.service.ts';
import { createDeck, findDeck, getPresetOf, listDecksOf } from './deck.service.ts';

export const deckResolvers = {
  Mutation: {
    createDeck: (_root, input, context) => createDeck(context, input),
  },
  Subject: {
    decks: (subject, page, context) => listDecksOf(context, subject, page),
  },
  Deck: {
    __resolveReference: ({ id }, context) => findDeck(context, id),
    subject: (deck, _args, context) => getSubjectOf(context, deck),
    preset: (deck, _args, context) => getPresetOf(context, deck),
    cards: (deck, page, context) => listCardsOf(context, deck, page),
    counts: (deck, _args, context) => context.decks.countCards(deck.id, context.now()),
  },
} satisfies Resolvers;
