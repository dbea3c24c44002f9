import { newRowId } from '@studymate/contracts';
import type { Attempt, Prisma, QuizDatabase } from '@studymate/database/quiz';
import type { Page } from '@studymate/subgraph-kit';
import { batchMany, batchOne } from '../batch.ts';
import type { AttemptState } from './attempt.state.ts';

export type AttemptRepository = ReturnType<typeof createAttemptRepository>;

export interface AttemptFilter {
  readonly userId: string;
  readonly quizId?: string | null | undefined;
  readonly state?: AttemptState | null | undefined;
  readonly now: Date;
}

/** An overdue attempt shows as EXPIRED from the second it is, so it is filtered like that too. */
function stateWhere(state: AttemptState, now: Date): Prisma.AttemptWhereInput {
  if (state === 'IN_PROGRESS') return { state, OR: [{ closingAt: null }, { closingAt: { gt: now } }] };
  if (state === 'EXPIRED') return { state: 'IN_PROGRESS', closingAt: { lte: now } };
  return { state };
}

const attemptsWhere = ({ userId, quizId, state, now }: AttemptFilter): Prisma.AttemptWhereInput => ({
  userId,
  ...(quizId ? { quizId } : {}),
  ...(state ? stateWhere(state, now) : {}),
});

/** Reads and writes attempts. */
export function createAttemptRepository(database: QuizDatabase) {
  const byId = batchOne<Attempt>(
    (ids) => database.attempt.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const atQuizzes = new Map<string, ReturnType<typeof batchAttemptsAt>>();

  return {
    find: byId.load,
    /** Past the request's memory. */
    read: (id: string) => database.attempt.findUnique({ where: { id } }),
    /** All attempts of a learner at a quiz, the newest first. */
    ofLearnerAt(userId: string, quizId: string): Promise<readonly Attempt[]> {
      const batch = atQuizzes.get(userId) ?? batchAttemptsAt(database, userId);
      atQuizzes.set(userId, batch);
      return batch.load(quizId);
    },
    forget: () => {
      byId.forget();
      atQuizzes.clear();
    },
    /** Holds the attempt until the transaction ends, so that only one request at a time changes it. */
    async lock(id: string): Promise<Attempt | null> {
      await database.$queryRaw`select 1 from "Attempt" where "id" = ${id} for update`;
      return database.attempt.findUnique({ where: { id } });
    },
    /** Lets one request at a time start an attempt of a learner at a quiz, until the transaction ends. */
    lockStart: (userId: string, quizId: string) =>
      database.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`${userId} ${quizId}`}, 0))`,
    create: (attempt: Prisma.AttemptUncheckedCreateInput) => database.attempt.create({ data: attempt }),
    update: (id: string, change: Prisma.AttemptUncheckedUpdateInput) =>
      database.attempt.update({ where: { id }, data: change }),
    /** Notes that the attempts went through these states, first to last. */
    async recordMoves(attemptIds: readonly string[], path: readonly AttemptState[], at: Date): Promise<void> {
      const moves = path.slice(1).map((to, index) => ({ from: path[index] ?? to, to, at }));
      await database.attemptTransition.createMany({
        data: attemptIds.flatMap((attemptId) =>
          moves.map((move) => ({ ...move, attemptId, id: newRowId() })),
        ),
      });
    },
    ofLearner: (filter: AttemptFilter, page: Page) =>
      database.attempt.findMany({
        where: { ...attemptsWhere(filter), ...(page.cursor ? { id: { lt: page.cursor[0] ?? '' } } : {}) },
        orderBy: { id: 'desc' },
        take: page.take,
      }),
    countOfLearner: (filter: AttemptFilter) => database.attempt.count({ where: attemptsWhere(filter) }),
    /** Attempts in progress whose time is over by `until`, the longest overdue first. */
    closingUntil: (until: Date, take: number) =>
      database.attempt.findMany({
        where: { state: 'IN_PROGRESS', closingAt: { lte: until } },
        orderBy: { closingAt: 'asc' },
        take,
      }),
    /** Attempts without a deadline that nobody has touched since `before`. */
    forgotten: (before: Date, take: number) =>
      database.attempt.findMany({
        where: { state: 'IN_PROGRESS', closingAt: null, lastSeenAt: { lte: before } },
        orderBy: { lastSeenAt: 'asc' },
        take,
      }),
  };
}

function batchAttemptsAt(database: QuizDatabase, userId: string) {
  return batchMany<Attempt>(
    (quizIds) =>
      database.attempt.findMany({ where: { userId, quizId: { in: quizIds } }, orderBy: { id: 'desc' } }),
    ({ quizId }) => quizId,
  );
}
