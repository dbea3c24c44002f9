import type { BankEntry, Difficulty, Prisma, QuizDatabase } from '@studymate/database/quiz';
import type { Page } from '@studymate/subgraph-kit';
import { batchOne } from '../batch.ts';

export type BankEntryRepository = ReturnType<typeof createBankEntryRepository>;

export interface EntryFilter {
  readonly search?: string | null | undefined;
  readonly skillId?: string | null | undefined;
}

export interface Draw {
  readonly bankId: string;
  readonly skillIds: readonly string[];
  readonly difficulty: readonly Difficulty[];
}

const entriesWhere = (bankId: string, { search, skillId }: EntryFilter): Prisma.BankEntryWhereInput => ({
  bankId,
  ...(search ? { prompt: { contains: search, mode: 'insensitive' } } : {}),
  ...(skillId ? { skillIds: { has: skillId } } : {}),
});

const drawWhere = ({ bankId, skillIds, difficulty }: Draw): Prisma.BankEntryWhereInput => ({
  bankId,
  status: 'READY',
  ...(skillIds.length > 0 ? { skillIds: { hasSome: [...skillIds] } } : {}),
  ...(difficulty.length > 0 ? { difficulty: { in: [...difficulty] } } : {}),
});

/** Reads and writes the stable identities of questions. */
export function createBankEntryRepository(database: QuizDatabase) {
  const entryById = batchOne<BankEntry>(
    (ids) => database.bankEntry.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const useById = batchOne<{ entryId: string; quizzes: number }>(
    (entryIds) => countUses(database, entryIds),
    ({ entryId }) => entryId,
  );
  const readyBySkill = batchOne<{ skillId: string; questions: number }>(
    (skillIds) => countReady(database, skillIds),
    ({ skillId }) => skillId,
  );
  const loaders = [entryById, useById, readyBySkill];

  return {
    find: entryById.load,
    countQuizzesUsing: async (entryId: string) => (await useById.load(entryId))?.quizzes ?? 0,
    countReadyOfSkill: async (skillId: string) => (await readyBySkill.load(skillId))?.questions ?? 0,
    forget: () => {
      for (const loader of loaders) loader.forget();
    },
    ofBank: (bankId: string, page: Page, filter: EntryFilter) =>
      database.bankEntry.findMany({
        where: {
          ...entriesWhere(bankId, filter),
          ...(page.cursor ? { id: { gt: page.cursor[0] ?? '' } } : {}),
        },
        orderBy: { id: 'asc' },
        take: page.take,
      }),
    /** The entries of a bank that ask exactly so. */
    withPrompts: (bankId: string, prompts: string[]) =>
      database.bankEntry.findMany({ where: { bankId, prompt: { in: prompts } } }),
    /** The entries of a bank after one, the oldest first. */
    after: (bankId: string, id: string, take: number) =>
      database.bankEntry.findMany({ where: { bankId, id: { gt: id } }, orderBy: { id: 'asc' }, take }),
    countOfBank: (bankId: string, filter: EntryFilter) =>
      database.bankEntry.count({ where: entriesWhere(bankId, filter) }),
    createAll: (entries: Prisma.BankEntryCreateManyInput[]) =>
      database.bankEntry.createMany({ data: entries }),
    /** Moves the entry on to its next version, unless someone else was faster; then answers false. */
    async advance(
      entry: { readonly id: string; readonly latestVersion: number },
      latest: Pick<BankEntry, 'prompt' | 'skillIds' | 'difficulty'>,
    ): Promise<boolean> {
      const { count } = await database.bankEntry.updateMany({
        where: { id: entry.id, latestVersion: entry.latestVersion },
        data: { ...latest, latestVersion: entry.latestVersion + 1 },
      });
      return count === 1;
    },
    /** The entries that a random slot may draw, in the order of their ids. */
    drawable: (draw: Draw) => database.bankEntry.findMany({ where: drawWhere(draw), orderBy: { id: 'asc' } }),
    countDrawable: (draw: Draw) => database.bankEntry.count({ where: drawWhere(draw) }),
  };
}

const countUses = (database: QuizDatabase, entryIds: string[]) =>
  database.$queryRaw<{ entryId: string; quizzes: number }[]>`
    select "entryId", count(distinct "quizId")::int as quizzes from "QuizSlot"
    where "entryId" = any(${entryIds}) group by "entryId"`;

const countReady = (database: QuizDatabase, skillIds: string[]) =>
  database.$queryRaw<{ skillId: string; questions: number }[]>`
    select skill as "skillId", count(*)::int as questions from "BankEntry", unnest("skillIds") as skill
    where "skillIds" && ${skillIds} and skill = any(${skillIds}) and "status" = 'READY' group by skill`;
