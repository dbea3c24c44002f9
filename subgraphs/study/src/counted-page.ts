import type {
  Card,
  Deck,
  Material,
  ReviewLog,
  Skill,
  StudySession,
  Subject,
  Summary,
} from '@studymate/database/study';
import type { Connection } from '@studymate/subgraph-kit';

/** A page whose total is counted only when asked for. */
export interface CountedPage<Row> extends Omit<Connection<Row>, 'totalCount'> {
  readonly count: () => Promise<number>;
}

export type SubjectPage = CountedPage<Subject>;
export type SkillPage = CountedPage<Skill>;
export type MaterialPage = CountedPage<Material>;
export type SummaryPage = CountedPage<Summary>;
export type StudySessionPage = CountedPage<StudySession>;
export type DeckPage = CountedPage<Deck>;
export type CardPage = CountedPage<Card>;
export type ReviewLogPage = CountedPage<ReviewLog>;

const countOf = { totalCount: (page: { count: () => Promise<number> }) => page.count() };

export const countedPageResolvers = {
  SubjectConnection: countOf,
  SkillConnection: countOf,
  MaterialConnection: countOf,
  SummaryConnection: countOf,
  StudySessionConnection: countOf,
  DeckConnection: countOf,
  CardConnection: countOf,
  ReviewLogConnection: countOf,
};
