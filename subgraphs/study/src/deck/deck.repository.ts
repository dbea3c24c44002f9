import type { Deck, Prisma, StudyDatabase } from '@studymate/database/study';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import {
  createChildPageLoader,
  createCountLoader,
  createRowLoader,
  newestFirst,
  olderThan,
} from '../keyset.ts';

export interface DeckCounts {
  readonly new: number;
  readonly learning: number;
  readonly due: number;
  readonly suspended: number;
  readonly leeches: number;
}

const nothing: DeckCounts = { new: 0, learning: 0, due: 0, suspended: 0, leeches: 0 };

/** Reads and writes deck rows and counts their cards. */
export function createDeckRepository(database: StudyDatabase) {
  const byId = createRowLoader((ids) => database.deck.findMany({ where: { id: { in: ids } } }));

  const pages = createChildPageLoader<Deck>(async (subjectIds, page) => {
    const subjects = await database.subject.findMany({
      where: { id: { in: [...subjectIds] } },
      select: { id: true, decks: { where: olderThan(page), orderBy: newestFirst, take: page.take } },
    });
    return new Map(subjects.map(({ id, decks }) => [id, decks]));
  });

  const totals = createCountLoader(async (subjectIds) => {
    const groups = await database.deck.groupBy({
      by: ['subjectId'],
      where: { subjectId: { in: subjectIds } },
      _count: true,
    });
    return groups.map(({ subjectId, _count }) => [subjectId, _count]);
  });

  const counts = new DataLoader<{ deckId: string; at: Date }, DeckCounts, string>(
    async (keys) => {
      const [first] = keys;
      if (!first) return [];
      const rows = await database.$queryRaw<({ deckId: string } & DeckCounts)[]>`
        select "deckId",
          (count(*) filter (where not "suspended" and "state" = 'NEW'))::int as "new",
          (count(*) filter (where not "suspended" and "state" in ('LEARNING', 'RELEARNING')))::int as "learning",
          (count(*) filter (where not "suspended" and "state" = 'REVIEW' and "due" <= ${first.at}))::int as "due",
          (count(*) filter (where "suspended"))::int as "suspended",
          (count(*) filter (where "leech"))::int as "leeches"
        from "Card" where "deckId" = any(${keys.map(({ deckId }) => deckId)}) group by "deckId"`;
      const byDeck = new Map(rows.map(({ deckId, ...row }) => [deckId, row]));
      return keys.map(({ deckId }) => byDeck.get(deckId) ?? nothing);
    },
    { cacheKeyFn: ({ deckId, at }) => `${deckId} ${at.toISOString()}` },
  );

  return {
    find: (id: string) => byId.load(id),
    listOf: (subjectId: string, page: Page) => pages.load({ parentId: subjectId, page }),
    countOf: (subjectId: string) => totals.load(subjectId),
    countOwnedBy: (ownerId: string) => database.deck.count({ where: { ownerId } }),
    findByGeneration: (generationId: string) => database.deck.findUnique({ where: { generationId } }),

    /** All keys of one request ask for the same instant: the request's now. */
    countCards: (deckId: string, at: Date) => counts.load({ deckId, at }),
    create: (deck: Prisma.DeckUncheckedCreateInput) => database.deck.create({ data: deck }),
    listForQueue: (
      ownerId: string,
      { subjectId, deckId }: { subjectId?: string | null | undefined; deckId?: string | null | undefined },
    ) =>
      database.deck.findMany({
        where: { ownerId, ...(subjectId ? { subjectId } : {}), ...(deckId ? { id: deckId } : {}) },
        include: { preset: true },
      }),
  };
}

export type DeckRepository = ReturnType<typeof createDeckRepository>;
