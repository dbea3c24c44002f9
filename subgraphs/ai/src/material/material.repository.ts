import type { AiDatabase, MaterialSource } from '@studymate/database/ai';

/** Where the texts of materials are, as study has told. */
export function createMaterialRepository(database: AiDatabase) {
  return {
    find: (materialId: string, revision: number) =>
      database.materialSource.findUnique({ where: { materialId_revision: { materialId, revision } } }),
    findLatest: (materialId: string) =>
      database.materialSource.findFirst({ where: { materialId }, orderBy: { revision: 'desc' } }),
    save: async (source: MaterialSource): Promise<void> => {
      const { materialId, revision } = source;
      await database.materialSource.upsert({
        where: { materialId_revision: { materialId, revision } },
        create: source,
        update: source,
      });
    },
  };
}

export type MaterialRepository = ReturnType<typeof createMaterialRepository>;
