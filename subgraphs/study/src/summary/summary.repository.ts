import type { Prisma, StudyDatabase, Summary } from '@studymate/database/study';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import {
  createChildPageLoader,
  createCountLoader,
  createRowLoader,
  newestFirst,
  olderThan,
} from '../keyset.ts';

const maxPerMaterial = 20;

/** Reads and writes summaries. */
export function createSummaryRepository(database: StudyDatabase) {
  const byId = createRowLoader((ids) => database.summary.findMany({ where: { id: { in: ids } } }));

  const pages = createChildPageLoader<Summary>(async (subjectIds, page) => {
    const subjects = await database.subject.findMany({
      where: { id: { in: [...subjectIds] } },
      select: { id: true, summaries: { where: olderThan(page), orderBy: newestFirst, take: page.take } },
    });
    return new Map(subjects.map(({ id, summaries }) => [id, summaries]));
  });

  const counts = createCountLoader(async (subjectIds) => {
    const groups = await database.summary.groupBy({
      by: ['subjectId'],
      where: { subjectId: { in: subjectIds } },
      _count: true,
    });
    return groups.map(({ subjectId, _count }) => [subjectId, _count]);
  });

  const ofMaterials = new DataLoader<string, readonly Summary[]>(async (materialIds) => {
    const materials = await database.material.findMany({
      where: { id: { in: [...materialIds] } },
      select: { id: true, summaries: { orderBy: newestFirst, take: maxPerMaterial } },
    });
    const found = new Map(materials.map(({ id, summaries }) => [id, summaries]));
    return materialIds.map((id) => found.get(id) ?? []);
  });

  return {
    find: (id: string) => byId.load(id),
    listOf: (subjectId: string, page: Page) => pages.load({ parentId: subjectId, page }),
    countOf: (subjectId: string) => counts.load(subjectId),
    ofMaterial: (materialId: string) => ofMaterials.load(materialId),
    /** False when the generation's summary is stored already. */
    create: async (summary: Prisma.SummaryCreateManyInput): Promise<boolean> =>
      (await database.summary.createMany({ data: summary, skipDuplicates: true })).count === 1,
    accept: async (id: string, acceptedAt: Date): Promise<Summary> => {
      byId.clear(id);
      return database.summary.update({ where: { id }, data: { acceptedAt } });
    },
  };
}

export type SummaryRepository = ReturnType<typeof createSummaryRepository>;
