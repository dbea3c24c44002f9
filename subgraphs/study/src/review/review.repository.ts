import type { Prisma, ReviewLog, StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import type { Page } from '@studymate/subgraph-kit';
import { createChildPageLoader, createCountLoader, createRowLoader, instantKeyOf } from '../keyset.ts';
import type { DerivedReview } from './replay.ts';

const earlierThan = (page: Page): Prisma.ReviewLogWhereInput => {
  const key = instantKeyOf(page);
  if (!key) return {};
  return { OR: [{ reviewedAt: { lt: key.instant } }, { reviewedAt: key.instant, id: { lt: key.id } }] };
};

const laterThan = (page: Page): Prisma.ReviewLogWhereInput => {
  const key = instantKeyOf(page);
  if (!key) return {};
  return { OR: [{ reviewedAt: { gt: key.instant } }, { reviewedAt: key.instant, id: { gt: key.id } }] };
};

const createHistoryLoader = (database: StudyDatabase) =>
  createChildPageLoader<ReviewLog>(async (cardIds, page) => {
    const cards = await database.card.findMany({
      where: { id: { in: [...cardIds] } },
      select: {
        id: true,
        reviews: {
          where: earlierThan(page),
          orderBy: [{ reviewedAt: 'desc' }, { id: 'desc' }],
          take: page.take,
        },
      },
    });
    return new Map(cards.map(({ id, reviews }) => [id, reviews]));
  });

const createHistoryTotalLoader = (database: StudyDatabase) =>
  createCountLoader(async (cardIds) => {
    const groups = await database.reviewLog.groupBy({
      by: ['cardId'],
      where: { cardId: { in: cardIds } },
      _count: true,
    });
    return groups.map(({ cardId, _count }) => [cardId, _count]);
  });

const createSessionPageLoader = (database: StudyDatabase) =>
  createChildPageLoader<ReviewLog>(async (sessionIds, page) => {
    const rows = await database.studySession.findMany({
      where: { id: { in: [...sessionIds] } },
      select: {
        id: true,
        reviews: {
          where: laterThan(page),
          orderBy: [{ reviewedAt: 'asc' }, { id: 'asc' }],
          take: page.take,
        },
      },
    });
    return new Map(rows.map(({ id, reviews }) => [id, reviews]));
  });

const createSessionTotalLoader = (database: StudyDatabase) =>
  createCountLoader(async (sessionIds) => {
    const groups = await database.reviewLog.groupBy({
      by: ['sessionId'],
      where: { sessionId: { in: sessionIds } },
      _count: true,
    });
    return groups.map(({ sessionId, _count }) => [sessionId ?? '', _count]);
  });

/** Reads and appends to the review log. */
export function createReviewRepository(database: StudyDatabase) {
  const byId = createRowLoader((ids) => database.reviewLog.findMany({ where: { id: { in: ids } } }));
  const histories = createHistoryLoader(database);
  const historyCounts = createHistoryTotalLoader(database);
  const sessionPages = createSessionPageLoader(database);
  const sessionCounts = createSessionTotalLoader(database);

  return {
    find: (id: string) => byId.load(id),
    listHistory: (cardId: string, page: Page) => histories.load({ parentId: cardId, page }),
    countHistory: (cardId: string) => historyCounts.load(cardId),
    listOfSession: (sessionId: string, page: Page) => sessionPages.load({ parentId: sessionId, page }),
    countOfSession: (sessionId: string) => sessionCounts.load(sessionId),

    /** A card's whole log in the order in which it is replayed. */
    listLog: (cardId: string) =>
      database.reviewLog.findMany({
        where: { cardId, undoneAt: null },
        orderBy: [{ reviewedAt: 'asc' }, { clientReviewId: 'asc' }],
      }),
    findByClientId: (userId: string, clientReviewId: string) =>
      database.reviewLog.findUnique({ where: { userId_clientReviewId: { userId, clientReviewId } } }),

    /** Appends, unless the client's id is on the log already: then null. */
    append: async (review: Prisma.ReviewLogCreateManyInput): Promise<ReviewLog | null> => {
      const [row] = await database.reviewLog.createManyAndReturn({ data: review, skipDuplicates: true });
      return row ?? null;
    },

    undo: async (id: string, undoneAt: Date): Promise<ReviewLog> => {
      byId.clear(id);
      return database.reviewLog.update({ where: { id }, data: { undoneAt } });
    },

    /** Writes what follows for a review from the reviews before it. */
    saveDerived: async (id: string, derived: DerivedReview): Promise<void> => {
      byId.clear(id);
      await database.reviewLog.update({ where: { id }, data: derived });
    },

    /** What each deck has shown in a study day: new cards and reviews. */
    countShown: (userId: string, day: StudyDay) =>
      database.$queryRaw<{ deckId: string; newCards: number; reviews: number }[]>`
        select "deckId", (count(*) filter (where "stateBefore" = 'NEW'))::int as "newCards",
          (count(*) filter (where "stateBefore" = 'REVIEW'))::int as "reviews"
        from "ReviewLog" where "userId" = ${userId} and "studyDay" = ${day} and "undoneAt" is null
        group by "deckId"`,

    /** The cards answered in a study day, with their notes. */
    listSeen: (userId: string, day: StudyDay) =>
      database.$queryRaw<{ noteId: string; cardId: string }[]>`
        select distinct "Card"."noteId", "Card"."id" as "cardId"
        from "ReviewLog" join "Card" on "Card"."id" = "ReviewLog"."cardId"
        where "userId" = ${userId} and "studyDay" = ${day} and "undoneAt" is null`,
  };
}

export type ReviewRepository = ReturnType<typeof createReviewRepository>;
