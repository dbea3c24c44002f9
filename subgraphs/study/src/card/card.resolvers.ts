import type { Resolvers } from '../__generated__/resolvers.ts';
import { getDeckOf } from '../deck/deck.service.ts';
import { listHistory } from '../review/review.service.ts';
import { parseSpan } from '../summary/source-span.ts';
import { createCards, findCard, updateCard } from './card.service.ts';
import { algorithm, findPresetVersion, findRetrievability } from './card-schedule.ts';

export const cardResolvers = {
  Mutation: {
    createCards: (_root, input, context) => createCards(context, input),
    updateCard: (_root, change, context) => updateCard(context, change),
  },
  Card: {
    __resolveReference: ({ id }, context) => findCard(context, id),
    deck: (card, _args, context) => getDeckOf(context, card),
    skills: (card, _args, context) => context.cards.skillsOf(card.id),
    source: (card) => parseSpan(card.source),
    schedule: (card) => card,
    history: (card, page, context) => listHistory(context, card, page),
  },
  CardSchedule: {
    due: (card) => card.due ?? card.createdAt,
    retrievability: (card, { at }, context) => findRetrievability(context, card, at ?? context.now()),
    algorithm: () => algorithm,
    presetVersion: (card, _args, context) => findPresetVersion(context, card),
  },
} satisfies Resolvers;
