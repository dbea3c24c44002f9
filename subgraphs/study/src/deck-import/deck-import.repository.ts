import type { DeckImportJob, Prisma, StudyDatabase } from '@studymate/database/study';
import { createRowLoader } from '../keyset.ts';

/** Reads and writes imports of decks. */
export function createDeckImportRepository(database: StudyDatabase) {
  const byId = createRowLoader((ids) => database.deckImportJob.findMany({ where: { id: { in: ids } } }));

  return {
    find: (id: string) => byId.load(id),
    create: (job: Prisma.DeckImportJobCreateInput) => database.deckImportJob.create({ data: job }),
    update: async (id: string, change: Prisma.DeckImportJobUpdateInput): Promise<DeckImportJob> => {
      byId.clear(id);
      return database.deckImportJob.update({ where: { id }, data: change });
    },
  };
}

export type DeckImportRepository = ReturnType<typeof createDeckImportRepository>;
