import type { Prisma, Quiz, QuizDatabase, QuizSlot } from '@studymate/database/quiz';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import { batchMany, batchOne } from '../batch.ts';

export type QuizRepository = ReturnType<typeof createQuizRepository>;

export interface QuizFilter {
  readonly viewerId: string;
  readonly subjectId?: string | null | undefined;
  readonly search?: string | null | undefined;
}

interface SubjectPageKey {
  readonly subjectId: string;
  readonly viewerId: string;
  readonly page: Page;
}

const visibleWhere = ({ viewerId, subjectId, search }: QuizFilter): Prisma.QuizWhereInput => ({
  OR: [
    { createdById: viewerId },
    { status: 'PUBLISHED', visibility: 'PUBLIC' },
    { status: 'PUBLISHED', subjectOwnerId: viewerId },
  ],
  ...(subjectId ? { subjectId } : {}),
  ...(search ? { title: { contains: search, mode: 'insensitive' } } : {}),
});

/** Reads and writes quizzes and their slots. Knows which quizzes a viewer may find, not what he may do. */
export function createQuizRepository(database: QuizDatabase) {
  const byId = batchOne<Quiz>(
    (ids) => database.quiz.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const slotsByQuiz = batchMany<QuizSlot>(
    (quizIds) =>
      database.quizSlot.findMany({ where: { quizId: { in: quizIds } }, orderBy: { number: 'asc' } }),
    ({ quizId }) => quizId,
  );
  const bySubject = new DataLoader<SubjectPageKey, readonly Quiz[], string>(
    (keys) => readSubjectPages(database, keys),
    { cacheKeyFn: ({ subjectId, page }) => `${subjectId} ${page.take} ${page.cursor?.[0] ?? ''}` },
  );

  return {
    find: byId.load,
    slotsOf: slotsByQuiz.load,
    forget: () => {
      byId.forget();
      slotsByQuiz.forget();
      bySubject.clearAll();
    },
    ofSubject: (key: SubjectPageKey) => bySubject.load(key),
    /** Newest first behind the cursor, or with `backwards` oldest first before it. */
    visible: (filter: QuizFilter, page: Page, backwards: boolean) =>
      database.quiz.findMany({
        where: {
          ...visibleWhere(filter),
          ...(page.cursor ? { id: { [backwards ? 'gt' : 'lt']: page.cursor[0] ?? '' } } : {}),
        },
        orderBy: { id: backwards ? 'asc' : 'desc' },
        take: page.take,
      }),
    countVisible: (filter: QuizFilter) => database.quiz.count({ where: visibleWhere(filter) }),
    create: (quiz: Prisma.QuizUncheckedCreateInput) => database.quiz.create({ data: quiz }),
    /** Writes a change and the next revision, unless the quiz has moved on from `revision`; then answers null. */
    async revise(
      id: string,
      revision: number,
      change: Prisma.QuizUpdateManyMutationInput,
    ): Promise<Quiz | null> {
      const [quiz] = await database.quiz.updateManyAndReturn({
        where: { id, revision },
        data: { ...change, revision: revision + 1 },
      });
      return quiz ?? null;
    },
    async replaceSlots(quizId: string, slots: readonly Prisma.QuizSlotCreateManyInput[]): Promise<void> {
      await database.quizSlot.deleteMany({ where: { quizId } });
      await database.quizSlot.createMany({ data: [...slots] });
    },
  };
}

/** One page for each of many subjects: a query for their ids, one for the rows. */
async function readSubjectPages(
  database: QuizDatabase,
  keys: readonly SubjectPageKey[],
): Promise<(readonly Quiz[])[]> {
  const wanted = keys.map(({ subjectId, viewerId, page }, place) => ({
    place,
    subjectId,
    viewerId,
    take: page.take,
    before: page.cursor?.[0] ?? null,
  }));
  const found = await database.$queryRaw<{ place: number; id: string }[]>`
    select wanted."place", quiz."id"
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as wanted("place" int, "subjectId" text, "viewerId" text, "take" int, "before" text)
    cross join lateral (
      select "id" from "Quiz"
      where "subjectId" = wanted."subjectId" and (wanted."before" is null or "id" < wanted."before")
        and ("createdById" = wanted."viewerId" or ("status" = 'PUBLISHED'
          and ("visibility" = 'PUBLIC' or "subjectOwnerId" = wanted."viewerId")))
      order by "id" desc limit wanted."take"
    ) quiz`;
  const rows = await database.quiz.findMany({ where: { id: { in: found.map(({ id }) => id) } } });
  const byId = new Map(rows.map((quiz) => [quiz.id, quiz]));
  const pages = Map.groupBy(found, ({ place }) => place);
  return keys.map((_, index) =>
    (pages.get(index) ?? []).flatMap(({ id }) => byId.get(id) ?? []).toSorted(newestFirst),
  );
}

const newestFirst = (one: Quiz, other: Quiz) => (one.id < other.id ? 1 : -1);
