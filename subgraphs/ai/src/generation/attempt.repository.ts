import { newRowId } from '@studymate/contracts';
import type { AiDatabase, ProviderAttempt } from '@studymate/database/ai';
import DataLoader from 'dataloader';

export type NewAttempt = Omit<ProviderAttempt, 'id'>;

/** The calls of models, by generation. */
export function createAttemptRepository(database: AiDatabase) {
  const byGeneration = new DataLoader<string, ProviderAttempt[]>(async (ids) => {
    const attempts = await database.providerAttempt.findMany({
      where: { generationId: { in: [...ids] } },
      orderBy: { number: 'asc' },
    });
    const grouped = Map.groupBy(attempts, ({ generationId }) => generationId);
    return ids.map((id) => grouped.get(id) ?? []);
  });

  return {
    ofGeneration: (generationId: string) => byGeneration.load(generationId),
    countOf: (generationId: string) => database.providerAttempt.count({ where: { generationId } }),
    append: async (attempt: NewAttempt): Promise<void> => {
      await database.providerAttempt.create({ data: { id: newRowId(), ...attempt } });
    },
  };
}

export type AttemptRepository = ReturnType<typeof createAttemptRepository>;
