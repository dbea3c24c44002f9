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

export type DerivedRow = DerivedReview & { readonly id: string };

async function writeDerived(database: StudyDatabase, rows: readonly DerivedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await database.$executeRaw`
    update "ReviewLog" set "stateBefore" = derived."state"::"CardState", "elapsedStudyDays" = derived."elapsed",
      "retrievabilityBefore" = derived."recall", "credit" = derived."credit", "leechTriggered" = derived."leech"
    from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ stateBefore }) => stateBefore)}::text[],
      ${rows.map((row) => row.elapsedStudyDays)}::int[], ${rows.map((row) => row.retrievabilityBefore)}::float8[],
      ${rows.map(({ credit }) => credit)}::float8[], ${rows.map((row) => row.leechTriggered)}::bool[]
    ) as derived("id", "state", "elapsed", "recall", "credit", "leech")
    where "ReviewLog"."id" = derived."id"`;
}

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

    /** The whole logs of cards, each in the order in which it is replayed. */
    listLogs: (cardIds: readonly string[]) =>
      database.reviewLog.findMany({
        where: { cardId: { in: [...cardIds] }, undoneAt: null },
        orderBy: [{ reviewedAt: 'asc' }, { clientReviewId: 'asc' }],
      }),
    /** Those of the client's ids that are on the log. */
    listByClientIds: (userId: string, clientReviewIds: readonly string[]) =>
      database.reviewLog.findMany({ where: { userId, clientReviewId: { in: [...clientReviewIds] } } }),

    /** Appends what is not on the log by its client's id; of two with one id the first. Answers what was appended. */
    append: (reviews: readonly Prisma.ReviewLogCreateManyInput[]): Promise<ReviewLog[]> =>
      database.reviewLog.createManyAndReturn({ data: [...reviews], skipDuplicates: true }),

    undo: async (id: string, undoneAt: Date): Promise<ReviewLog> => {
      byId.clear(id);
      return database.reviewLog.update({ where: { id }, data: { undoneAt } });
    },

    /** Writes what follows for reviews from the reviews before them. */
    saveDerived: (derived: readonly DerivedRow[]) => writeDerived(database, derived),

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
