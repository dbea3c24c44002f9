import { type ReadTogether, sql } from '@studymate/database';
import type { Card, Prisma, Skill, StudyDatabase } from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import {
  createChildPageLoader,
  createCountLoader,
  createRowLoader,
  newerThan,
  oldestFirst,
} from '../keyset.ts';
import { type CardScheduleRow, writeSchedules } from './card-schedule.repository.ts';

export interface SubjectCardCounts {
  readonly total: number;
  readonly mature: number;
  readonly retention: number | null;
}

const noCards: SubjectCardCounts = { total: 0, mature: 0, retention: null };

export interface RetentionFormula {
  readonly matureStability: number;
  /** R(t, S) = (1 + factor · t ÷ S) ^ decay */
  readonly factor: number;
  readonly decay: number;
}

const createPageLoader = (database: StudyDatabase) =>
  createChildPageLoader<Card>(async (deckIds, page) => {
    const decks = await database.deck.findMany({
      where: { id: { in: [...deckIds] } },
      select: { id: true, cards: { where: newerThan(page), orderBy: oldestFirst, take: page.take } },
    });
    return new Map(decks.map(({ id, cards }) => [id, cards]));
  });

const createTotalLoader = (database: StudyDatabase) =>
  createCountLoader(async (deckIds) => {
    const groups = await database.card.groupBy({
      by: ['deckId'],
      where: { deckId: { in: deckIds } },
      _count: true,
    });
    return groups.map(({ deckId, _count }) => [deckId, _count]);
  });

const createSkillLoader = (database: StudyDatabase) =>
  new DataLoader<string, readonly Skill[]>(async (cardIds) => {
    const links = await database.cardSkill.findMany({
      where: { cardId: { in: [...cardIds] } },
      include: { skill: true },
      orderBy: { skillId: 'asc' },
    });
    return cardIds.map((id) => links.filter(({ cardId }) => cardId === id).map((link) => link.skill));
  });

const createDueLoader = (read: ReadTogether) =>
  new DataLoader<{ subjectId: string; at: Date }, number, string>(
    async (keys) => {
      const instants = new Map(keys.map(({ at }) => [at.getTime(), at]));
      const found = new Map<string, number>();
      const subjectIds = keys.map(({ subjectId }) => subjectId);
      const count = async (at: Date): Promise<void> => {
        const rows = await read<{ subjectId: string; due: number }>(sql`
          select "subjectId", count(*) as "due" from "Card"
          where "subjectId" = any(${subjectIds}) and not "suspended" and "due" <= ${at} group by "subjectId"`);
        for (const { subjectId, due } of rows) found.set(`${subjectId} ${at.getTime()}`, due);
      };
      await Promise.all([...instants.values()].map(count));
      return keys.map(({ subjectId, at }) => found.get(`${subjectId} ${at.getTime()}`) ?? 0);
    },
    { cacheKeyFn: ({ subjectId, at }) => `${subjectId} ${at.getTime()}` },
  );

const createSummaryLoader = (read: ReadTogether) =>
  new DataLoader<{ subjectId: string; day: StudyDay; formula: RetentionFormula }, SubjectCardCounts, string>(
    async (keys) => {
      const [first] = keys;
      if (!first) return [];
      const { day, formula } = first;
      const rows = await read<{ subjectId: string } & SubjectCardCounts>(sql`
        select "subjectId", count(*) as "total",
          count(*) filter (where "stability" >= ${formula.matureStability}) as "mature",
          avg(power(1 + ${formula.factor}::float8 * greatest(0, ${day}::date - "lastStudyDay"::date) / "stability",
            ${formula.decay}::float8)) as "retention"
        from "Card" where "subjectId" = any(${keys.map(({ subjectId }) => subjectId)}) group by "subjectId"`);
      const bySubject = new Map(rows.map(({ subjectId, ...row }) => [subjectId, row]));
      return keys.map(({ subjectId }) => bySubject.get(subjectId) ?? noCards);
    },
    { cacheKeyFn: ({ subjectId, day }) => `${subjectId} ${day}` },
  );

const readForExport = (database: StudyDatabase, deckId: string, take: number) =>
  database.card.findMany({
    where: { deckId },
    orderBy: oldestFirst,
    take,
    select: { noteId: true, kind: true, front: true, back: true, cloze: true, tags: true, suspended: true },
  });

/** Reads and writes cards. */
export function createCardRepository(database: StudyDatabase, read: ReadTogether) {
  const byId = createRowLoader((ids) => database.card.findMany({ where: { id: { in: ids } } }));
  const pages = createPageLoader(database);
  const counts = createTotalLoader(database);
  const skills = createSkillLoader(database);
  const due = createDueLoader(read);
  const summaries = createSummaryLoader(read);

  return {
    find: (id: string) => byId.load(id),
    /** Lets the next read of the card see what another transaction has made of it. */
    forget: (id: string): void => {
      byId.clear(id);
    },
    listByIds: async (ids: readonly string[]): Promise<Card[]> =>
      (await byId.loadMany(ids)).flatMap((card) => (card === null || card instanceof Error ? [] : card)),
    listOf: (deckId: string, page: Page) => pages.load({ parentId: deckId, page }),
    /** What a file gets of a deck's cards, oldest first. */
    listForExport: (deckId: string, take: number) => readForExport(database, deckId, take),
    countOf: (deckId: string) => counts.load(deckId),
    countOwnedBy: (ownerId: string) => database.card.count({ where: { ownerId } }),
    skillsOf: (cardId: string) => skills.load(cardId),
    countDue: (subjectId: string, at: Date) => due.load({ subjectId, at }),
    /** All keys of a batch are read for the same study day: today. */
    summarize: (subjectId: string, day: StudyDay, formula: RetentionFormula) =>
      summaries.load({ subjectId, day, formula }),

    createMany: async (
      cards: Prisma.CardCreateManyInput[],
      links: Prisma.CardSkillCreateManyInput[],
    ): Promise<Card[]> => {
      const rows = await database.card.createManyAndReturn({ data: cards });
      if (links.length > 0) await database.cardSkill.createMany({ data: links });
      const byCard = new Map(rows.map((row) => [row.id, row]));
      return cards.flatMap(({ id }) => byCard.get(id) ?? []);
    },

    /** The updated row, or null when the version is no longer the expected one. */
    update: async (
      id: string,
      expectedVersion: number,
      change: Prisma.CardUpdateManyMutationInput,
    ): Promise<Card | null> => {
      const [row] = await database.card.updateManyAndReturn({
        where: { id, version: expectedVersion },
        data: { ...change, version: { increment: 1 } },
      });
      byId.clear(id);
      return row ?? null;
    },

    /** Writes what replays of the logs came to; answers the cards as they stand then. */
    saveSchedules: async (schedules: readonly CardScheduleRow[]): Promise<Card[]> => {
      const ids = schedules.map(({ id }) => id);
      for (const id of ids) byId.clear(id);
      await writeSchedules(database, schedules);
      return database.card.findMany({ where: { id: { in: ids } } });
    },
  };
}

export type CardRepository = ReturnType<typeof createCardRepository>;
