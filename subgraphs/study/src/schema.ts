import { buildSubgraph } from '@studymate/subgraph-kit';
import { cardResolvers } from './card/card.resolvers.ts';
import { countedPageResolvers } from './counted-page.ts';
import { deckResolvers } from './deck/deck.resolvers.ts';
import { deckExportResolvers } from './deck-export/deck-export.resolvers.ts';
import { deckImportResolvers } from './deck-import/deck-import.resolvers.ts';
import { goalResolvers } from './goal/goal.resolvers.ts';
import { materialResolvers } from './material/material.resolvers.ts';
import { presetResolvers } from './preset/preset.resolvers.ts';
import { progressResolvers } from './progress/progress.resolvers.ts';
import { reviewResolvers } from './review/review.resolvers.ts';
import { sessionResolvers } from './session/session.resolvers.ts';
import { skillResolvers } from './skill/skill.resolvers.ts';
import { streakResolvers } from './streak/streak.resolvers.ts';
import { subjectResolvers } from './subject/subject.resolvers.ts';
import { summaryResolvers } from './summary/summary.resolvers.ts';
import { userResolvers } from './user/user.resolvers.ts';

export const schema = buildSubgraph({
  name: 'study',
  resolvers: [
    cardResolvers,
    countedPageResolvers,
    deckExportResolvers,
    deckImportResolvers,
    deckResolvers,
    goalResolvers,
    materialResolvers,
    presetResolvers,
    progressResolvers,
    reviewResolvers,
    sessionResolvers,
    skillResolvers,
    streakResolvers,
    subjectResolvers,
    summaryResolvers,
    userResolvers,
  ],
});
