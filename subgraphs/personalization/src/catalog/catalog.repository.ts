import type { KnownSkill, KnownSubject, PersonalizationDatabase } from '@studymate/database/personalization';
import DataLoader from 'dataloader';

export type CatalogRepository = ReturnType<typeof createCatalogRepository>;

/** No learner's list is read further than this. */
const most = 1_000;
const publicQuizzes = 20;

/** A deck's cards that are due, and since when the oldest has been. */
export interface DueCards {
  readonly deckId: string;
  readonly count: number;
  readonly oldest: Date;
}

/** Reads what others own and can be studied, as their events told it. */
export function createCatalogRepository(database: PersonalizationDatabase) {
  const subjectById = new DataLoader<string, KnownSubject | null>(async (ids) => {
    const rows = await database.knownSubject.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
  const skillsByOwner = new DataLoader<string, KnownSkill[]>(async (owners) => {
    const where = { ownerId: { in: [...owners] } };
    const rows = await database.knownSkill.findMany({ where, orderBy: { id: 'asc' }, take: most });
    return owners.map((owner) => rows.filter(({ ownerId }) => ownerId === owner));
  });
  const quizById = new DataLoader(async (ids: readonly string[]) => {
    const rows = await database.knownQuiz.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
  const ownedBy = (ownerId: string) => ({ where: { ownerId }, orderBy: { id: 'asc' as const }, take: most });

  return {
    findSubject: (id: string) => subjectById.load(id),
    skillsOf: (ownerId: string) => skillsByOwner.load(ownerId),
    findQuiz: (id: string) => quizById.load(id),
    decksOf: (ownerId: string) => database.knownDeck.findMany(ownedBy(ownerId)),
    materialsOf: (ownerId: string) => database.knownMaterial.findMany(ownedBy(ownerId)),
    /** The learner's own quizzes, and the newest that are open to all. */
    async quizzesFor(ownerId: string) {
      const [own, open] = await Promise.all([
        database.knownQuiz.findMany(ownedBy(ownerId)),
        database.knownQuiz.findMany({
          where: { isPublic: true, ownerId: { not: ownerId } },
          orderBy: { id: 'desc' },
          take: publicQuizzes,
        }),
      ]);
      return [...own, ...open];
    },
    takenBy: (userId: string) => database.quizTaken.findMany({ where: { userId }, take: most }),
    async dueBy(userId: string, at: Date): Promise<DueCards[]> {
      const groups = await database.cardDue.groupBy({
        by: ['deckId'],
        where: { userId, dueAt: { lte: at } },
        _count: true,
        _min: { dueAt: true },
      });
      return groups.map(({ deckId, _count, _min }) => ({ deckId, count: _count, oldest: _min.dueAt ?? at }));
    },
  };
}
