import { type ReadTogether, sql } from '@studymate/database';
import type {
  KnownDeck,
  KnownMaterial,
  KnownQuiz,
  KnownSkill,
  KnownSubject,
  QuizTaken,
} from '@studymate/database/personalization';
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
export function createCatalogRepository(read: ReadTogether) {
  const subjectById = new DataLoader<string, KnownSubject | null>(async (ids) => {
    const rows = await read<KnownSubject>(sql`select * from "KnownSubject" where "id" = any(${ids})`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
  const skillsByOwner = new DataLoader<string, KnownSkill[]>(async (owners) => {
    const rows = await read<KnownSkill>(sql`
      select * from "KnownSkill" where "ownerId" = any(${owners}) order by "id" limit ${most}`);
    return owners.map((owner) => rows.filter(({ ownerId }) => ownerId === owner));
  });
  const quizById = new DataLoader(async (ids: readonly string[]) => {
    const rows = await read<KnownQuiz>(sql`select * from "KnownQuiz" where "id" = any(${ids})`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

  return {
    findSubject: (id: string) => subjectById.load(id),
    skillsOf: (ownerId: string) => skillsByOwner.load(ownerId),
    findQuiz: (id: string) => quizById.load(id),
    decksOf: (ownerId: string) =>
      read<KnownDeck>(sql`
        select * from "KnownDeck" where "ownerId" = ${ownerId} order by "id" limit ${most}`),
    materialsOf: (ownerId: string) =>
      read<KnownMaterial>(
        sql`select * from "KnownMaterial" where "ownerId" = ${ownerId} order by "id" limit ${most}`,
        ['readyAt'],
      ),
    /** The learner's own quizzes, and the newest that are open to all. */
    async quizzesFor(ownerId: string): Promise<KnownQuiz[]> {
      const [own, open] = await Promise.all([
        read<KnownQuiz>(sql`
          select * from "KnownQuiz" where "ownerId" = ${ownerId} order by "id" limit ${most}`),
        read<KnownQuiz>(sql`
          select * from "KnownQuiz" where "isPublic" and "ownerId" <> ${ownerId}
          order by "id" desc limit ${publicQuizzes}`),
      ]);
      return [...own, ...open];
    },
    takenBy: (userId: string) =>
      read<QuizTaken>(
        sql`select * from "QuizTaken" where "userId" = ${userId} order by "quizId" limit ${most}`,
        ['lastAt'],
      ),
    dueBy: (userId: string, at: Date) =>
      read<DueCards>(
        sql`select "deckId", count(*) as "count", min("dueAt") as "oldest" from "CardDue"
          where "userId" = ${userId} and "dueAt" <= ${at} group by "deckId"`,
        ['oldest'],
      ),
  };
}
