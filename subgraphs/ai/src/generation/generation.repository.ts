import type { AiDatabase, Generation, GenerationKind, Prisma } from '@studymate/database/ai';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import { placeOf } from './generation.page.ts';

type Values = Prisma.GenerationUncheckedUpdateManyInput;

const newestFirst: Prisma.GenerationOrderByWithRelationInput[] = [{ createdAt: 'desc' }, { id: 'desc' }];

const behind = (page: Page): Prisma.GenerationWhereInput => {
  const place = placeOf(page);
  if (!place) return {};
  return {
    OR: [{ createdAt: { lt: place.createdAt } }, { createdAt: place.createdAt, id: { lt: place.id } }],
  };
};

interface MaterialPage {
  readonly materialId: string;
  readonly userId: string;
  readonly page: Page;
}

/** Reads and writes generations. One per request, so that reads by id and by material batch. */
export function createGenerationRepository(database: AiDatabase) {
  const byId = new DataLoader<string, Generation | null>(async (ids) => {
    const found = await database.generation.findMany({ where: { id: { in: [...ids] } } });
    const rows = new Map(found.map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
  const pagesOfMaterials = materialPageLoader(database);
  const countsOfMaterials = materialCountLoader(database);

  /** Changes the row if it is still as `where` says; answers whether it was. */
  const updateWhere = async (
    where: Prisma.GenerationWhereInput & { id: string },
    data: Values,
  ): Promise<boolean> => {
    const { count } = await database.generation.updateMany({ where, data });
    byId.clear(where.id);
    return count === 1;
  };

  return {
    find: (id: string) => byId.load(id),
    /** Past the request's cache: for those who wait for another process. */
    findFresh: (id: string) => database.generation.findUnique({ where: { id } }),
    create: (generation: Prisma.GenerationUncheckedCreateInput) =>
      database.generation.create({ data: generation }),
    updateWhere,
    listOwnedBy: (userId: string, kind: GenerationKind | null, page: Page) =>
      database.generation.findMany({
        where: { userId, ...(kind ? { kind } : {}), ...behind(page) },
        orderBy: newestFirst,
        take: page.take,
      }),
    countOwnedBy: (userId: string, kind: GenerationKind | null) =>
      database.generation.count({ where: { userId, ...(kind ? { kind } : {}) } }),
    listOfMaterial: (key: MaterialPage) => pagesOfMaterials.load(key),
    countOfMaterial: (materialId: string, userId: string) => countsOfMaterials.load({ materialId, userId }),
    countOpen: (userId: string) =>
      database.generation.count({ where: { userId, state: { in: ['QUEUED', 'RUNNING'] } } }),
    /** Unfinished generations made before an instant, the oldest first. */
    listOpenSince: (before: Date, take: number) =>
      database.generation.findMany({
        where: { state: { in: ['QUEUED', 'RUNNING'] }, createdAt: { lt: before } },
        orderBy: { createdAt: 'asc' },
        take,
      }),
  };
}

const shapeOf = ({ userId, page }: MaterialPage) => JSON.stringify([userId, page]);

/** The same page of many materials' generations in one statement; pages that differ go in one each. */
const materialPageLoader = (database: AiDatabase) =>
  new DataLoader<MaterialPage, readonly Generation[], string>(
    async (keys) => {
      const byShape = Map.groupBy(keys, shapeOf);
      const read = await Promise.all(
        [...byShape].map(
          async ([shape, alike]) => [shape, await readMaterialPages(database, alike)] as const,
        ),
      );
      const answers = new Map(read);
      return keys.map((key) => answers.get(shapeOf(key))?.get(key.materialId) ?? []);
    },
    { cacheKeyFn: (key) => `${key.materialId} ${shapeOf(key)}` },
  );

async function readMaterialPages(
  database: AiDatabase,
  keys: readonly MaterialPage[],
): Promise<Map<string, Generation[]>> {
  const [first] = keys;
  if (!first) return new Map();
  const place = placeOf(first.page);
  const before = place?.createdAt ?? new Date(8.64e15);
  const rows = await database.$queryRaw<Generation[]>`
        select listed.* from unnest(${keys.map(({ materialId }) => materialId)}::text[]) as wanted(id)
        cross join lateral (
          select * from "Generation"
          where "materialId" = wanted.id and "userId" = ${first.userId}
            and (${place === null} or ("createdAt", "id") < (${before}, ${place?.id ?? ''}))
          order by "createdAt" desc, "id" desc limit ${first.page.take}
        ) as listed`;
  return Map.groupBy(rows, ({ materialId }) => materialId);
}

const materialCountLoader = (database: AiDatabase) =>
  new DataLoader<{ materialId: string; userId: string }, number, string>(
    async (keys) => {
      const counts = await database.generation.groupBy({
        by: ['materialId', 'userId'],
        where: { OR: keys.map(({ materialId, userId }) => ({ materialId, userId })) },
        _count: true,
      });
      return keys.map(
        ({ materialId, userId }) =>
          counts.find((row) => row.materialId === materialId && row.userId === userId)?._count ?? 0,
      );
    },
    { cacheKeyFn: ({ materialId, userId }) => `${materialId} ${userId}` },
  );

export type GenerationRepository = ReturnType<typeof createGenerationRepository>;
