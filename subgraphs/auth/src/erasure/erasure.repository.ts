import type { AuthDatabase, Erasure } from '@studymate/database/auth';
import DataLoader from 'dataloader';

export type ErasureRepository = ReturnType<typeof createErasureRepository>;

export type NewErasure = Pick<Erasure, 'id' | 'requestedAt' | 'dueAt'> & { readonly userId: string };
/** One that is not over: it has its user. */
export type OpenErasure = Erasure & { readonly userId: string };

const atOnce = 20;

const withUser = (erasures: readonly Erasure[]): OpenErasure[] =>
  erasures.flatMap((erasure) => (erasure.userId === null ? [] : [{ ...erasure, userId: erasure.userId }]));

/** Reads and writes the wishes to be forgotten, and how far each has come. */
export function createErasureRepository(database: AuthDatabase) {
  const openByUser = new DataLoader<string, Erasure | null>(
    async (userIds) => {
      const rows = await database.erasure.findMany({
        where: { userId: { in: [...userIds] }, canceledAt: null },
      });
      const found = new Map(rows.map((row) => [row.userId, row]));
      return userIds.map((id) => found.get(id) ?? null);
    },
    { cache: false },
  );
  return {
    findOpen: (userId: string) => openByUser.load(userId),
    /** False when the user has asked already. */
    async create(erasure: NewErasure): Promise<boolean> {
      const { count } = await database.erasure.createMany({ data: [erasure], skipDuplicates: true });
      return count === 1;
    },
    /** False when it has begun, or there is none. */
    async cancel(userId: string, canceledAt: Date): Promise<boolean> {
      const { count } = await database.erasure.updateMany({
        where: { userId, canceledAt: null, startedAt: null },
        data: { canceledAt },
      });
      return count === 1;
    },
    listDue: async (at: Date): Promise<OpenErasure[]> =>
      withUser(
        await database.erasure.findMany({
          where: { startedAt: null, canceledAt: null, dueAt: { lte: at } },
          orderBy: { dueAt: 'asc' },
          take: atOnce,
        }),
      ),
    /** Those under way of which every one of `domains` domains has answered the present pass. */
    listAnswered: async (domains: number): Promise<OpenErasure[]> =>
      withUser(
        await database.$queryRaw<Erasure[]>`
          select * from "Erasure" where "startedAt" is not null and "completedAt" is null and (
            select count(*) from "ErasurePart"
            where "erasureId" = "Erasure"."id" and "pass" = "Erasure"."pass") >= ${domains}
          order by "passStartedAt" limit ${atOnce}`,
      ),
    /** Moves on to a pass; false when somebody else has. */
    async beginPass(id: string, pass: number, at: Date): Promise<boolean> {
      const { count } = await database.erasure.updateMany({
        where: { id, pass: pass - 1, canceledAt: null, completedAt: null },
        data: { pass, passStartedAt: at, ...(pass === 1 && { startedAt: at }) },
      });
      return count === 1;
    },
    async addPart({
      rows,
      ...part
    }: {
      erasureId: string;
      pass: number;
      domain: string;
      rows: Record<string, number>;
    }) {
      if (!(await database.erasure.findUnique({ where: { id: part.erasureId } }))) return;
      await database.erasurePart.createMany({ data: [{ ...part, rows }], skipDuplicates: true });
    },
    async complete(id: string, completedAt: Date): Promise<void> {
      await database.erasure.update({ where: { id }, data: { completedAt } });
    },
  };
}
