import type {
  Material,
  MaterialChunk,
  MaterialRevision,
  Prisma,
  StudyDatabase,
} from '@studymate/database/study';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import {
  createChildPageLoader,
  createCountLoader,
  createRowLoader,
  newestFirst,
  olderThan,
} from '../keyset.ts';

interface RevisionKey {
  readonly materialId: string;
  readonly revision: number;
}

const createPageLoader = (database: StudyDatabase) =>
  createChildPageLoader<Material>(async (subjectIds, page) => {
    const subjects = await database.subject.findMany({
      where: { id: { in: [...subjectIds] } },
      select: { id: true, materials: { where: olderThan(page), orderBy: newestFirst, take: page.take } },
    });
    return new Map(subjects.map(({ id, materials }) => [id, materials]));
  });

const createTotalLoader = (database: StudyDatabase) =>
  createCountLoader(async (subjectIds) => {
    const groups = await database.material.groupBy({
      by: ['subjectId'],
      where: { subjectId: { in: subjectIds } },
      _count: true,
    });
    return groups.map(({ subjectId, _count }) => [subjectId, _count]);
  });

const keyOf = ({ materialId, revision }: RevisionKey) => `${materialId} ${revision}`;

const createContentLoader = (database: StudyDatabase) =>
  new DataLoader<RevisionKey, string | null, string>(
    async (keys) => {
      const rows = await database.materialRevision.findMany({
        where: { OR: keys.map(({ materialId, revision }) => ({ materialId, revision })) },
        select: { materialId: true, revision: true, content: true },
      });
      const found = new Map(rows.map((row) => [keyOf(row), row.content]));
      return keys.map((key) => found.get(keyOf(key)) ?? null);
    },
    { cacheKeyFn: keyOf },
  );

const createChunkPageLoader = (database: StudyDatabase) =>
  createChildPageLoader<MaterialChunk>(async (materialIds, page) => {
    const [after] = page.cursor ?? ['-1'];
    const rows = await database.$queryRaw<MaterialChunk[]>`
    select "chunk".* from "Material" cross join lateral (
      select * from "MaterialChunk"
      where "materialId" = "Material"."id" and "MaterialChunk"."revision" = "Material"."revision"
        and "index" > ${Number(after)}
      order by "index" limit ${page.take}
    ) as "chunk" where "Material"."id" = any(${[...materialIds]}) order by "chunk"."index"`;
    return new Map(materialIds.map((id) => [id, rows.filter(({ materialId }) => materialId === id)]));
  });

const createChunkLoader = (database: StudyDatabase) =>
  new DataLoader<string, (MaterialChunk & { ownerId: string }) | null>(async (ids) => {
    const rows = await database.materialChunk.findMany({
      where: { id: { in: [...ids] } },
      include: { source: { select: { material: { select: { ownerId: true } } } } },
    });
    const found = new Map(
      rows.map(({ source, ...row }) => [row.id, { ...row, ownerId: source.material.ownerId }]),
    );
    return ids.map((id) => found.get(id) ?? null);
  });

/** Reads and writes materials, their immutable revisions and the chunks of these. */
export function createMaterialRepository(database: StudyDatabase) {
  const byId = createRowLoader((ids) => database.material.findMany({ where: { id: { in: ids } } }));
  const pages = createPageLoader(database);
  const counts = createTotalLoader(database);
  const contents = createContentLoader(database);
  const chunkPages = createChunkPageLoader(database);
  const chunks = createChunkLoader(database);

  return {
    find: (id: string) => byId.load(id),
    listOf: (subjectId: string, page: Page) => pages.load({ parentId: subjectId, page }),
    countOf: (subjectId: string) => counts.load(subjectId),
    countOwnedBy: (ownerId: string) => database.material.count({ where: { ownerId } }),
    findContent: (materialId: string, revision: number) => contents.load({ materialId, revision }),
    listChunks: (materialId: string, page: Page) => chunkPages.load({ parentId: materialId, page }),
    findChunk: (id: string) => chunks.load(id),
    findUpload: (uploadId: string) => database.upload.findUnique({ where: { id: uploadId } }),
    create: (material: Prisma.MaterialUncheckedCreateInput) => database.material.create({ data: material }),

    update: async (id: string, change: Prisma.MaterialUncheckedUpdateInput): Promise<Material> => {
      byId.clear(id);
      return database.material.update({ where: { id }, data: change });
    },

    /** Adds the next revision with its chunks; null when the material is not at the one before. */
    addRevision: async (
      revision: MaterialRevision,
      pieces: readonly Prisma.MaterialChunkCreateManyInput[],
    ): Promise<Material | null> => {
      const { materialId: id, charCount, language } = revision;
      const [material] = await database.material.updateManyAndReturn({
        where: { id, revision: revision.revision - 1 },
        data: { revision: revision.revision, charCount, language, ingest: 'READY', ingestProblem: null },
      });
      byId.clear(id);
      if (!material) return null;
      await database.materialRevision.create({ data: revision });
      await database.materialChunk.createMany({ data: [...pieces] });
      return material;
    },
  };
}

export type MaterialRepository = ReturnType<typeof createMaterialRepository>;
