import type { Prisma, StudyDatabase, Subject } from '@studymate/database/study';
import type { Page } from '@studymate/subgraph-kit';
import { createRowLoader, newestFirst, olderThan } from '../keyset.ts';

export interface SubjectFilter {
  readonly archived?: boolean | null | undefined;
  readonly search?: string | null | undefined;
}

const whereOf = (ownerId: string, { archived, search }: SubjectFilter = {}): Prisma.SubjectWhereInput => ({
  ownerId,
  ...(archived === true ? { archivedAt: { not: null } } : archived === false ? { archivedAt: null } : {}),
  ...(search ? { title: { contains: search, mode: 'insensitive' } } : {}),
});

/** Reads and writes subject rows. Knows SQL, not who is asking. */
export function createSubjectRepository(database: StudyDatabase) {
  const byId = createRowLoader((ids) => database.subject.findMany({ where: { id: { in: ids } } }));

  return {
    find: (id: string) => byId.load(id),
    listOwnedBy: (ownerId: string, page: Page, filter?: SubjectFilter) =>
      database.subject.findMany({
        where: { AND: [whereOf(ownerId, filter), olderThan(page)] },
        orderBy: newestFirst,
        take: page.take,
      }),
    countOwnedBy: (ownerId: string, filter?: SubjectFilter) =>
      database.subject.count({ where: whereOf(ownerId, filter) }),
    create: (subject: Prisma.SubjectCreateInput) => database.subject.create({ data: subject }),

    /** The updated row, or null when the version is no longer the expected one. */
    update: async (
      id: string,
      expectedVersion: number,
      change: Prisma.SubjectUpdateManyMutationInput,
    ): Promise<Subject | null> => {
      const [row] = await database.subject.updateManyAndReturn({
        where: { id, version: expectedVersion },
        data: { ...change, version: { increment: 1 } },
      });
      byId.clear(id);
      return row ?? null;
    },

    /** Holds the subject until the transaction ends, so that what hangs on all its rows can be checked. */
    lock: async (id: string): Promise<void> => {
      await database.$executeRaw`select 1 from "Subject" where "id" = ${id} for update`;
    },
  };
}

export type SubjectRepository = ReturnType<typeof createSubjectRepository>;
