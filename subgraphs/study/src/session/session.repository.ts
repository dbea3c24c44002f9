import { newRowId } from '@studymate/contracts';
import { type ReadTogether, sql } from '@studymate/database';
import type {
  Prisma,
  SessionInterval,
  StudyDatabase,
  StudySession,
  StudySessionStatus,
} from '@studymate/database/study';
import type { StudyDay } from '@studymate/runtime';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import { createChildPageLoader, createRowLoader, newestFirst, olderThan } from '../keyset.ts';
import type { IntervalKind } from './session-clock.ts';

const statusIs = (status: StudySessionStatus | undefined) => (status ? { status } : {});

const createIntervalLoader = (database: StudyDatabase) =>
  new DataLoader<string, readonly SessionInterval[]>(async (sessionIds) => {
    const rows = await database.sessionInterval.findMany({
      where: { sessionId: { in: [...sessionIds] } },
      orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    });
    return sessionIds.map((id) => rows.filter(({ sessionId }) => sessionId === id));
  });

const createPageLoader = (database: StudyDatabase) =>
  createChildPageLoader<StudySession, StudySessionStatus>(async (subjectIds, page, status) => {
    const subjects = await database.subject.findMany({
      where: { id: { in: [...subjectIds] } },
      select: {
        id: true,
        sessions: {
          where: { AND: [statusIs(status), olderThan(page)] },
          orderBy: newestFirst,
          take: page.take,
        },
      },
    });
    return new Map(subjects.map(({ id, sessions }) => [id, sessions]));
  });

const createTotalLoader = (database: StudyDatabase) =>
  new DataLoader<{ subjectId: string; status: StudySessionStatus | undefined }, number, string>(
    async (keys) => {
      const groups = await database.studySession.groupBy({
        by: ['subjectId', 'status'],
        where: { subjectId: { in: keys.map(({ subjectId }) => subjectId) } },
        _count: true,
      });
      return keys.map(({ subjectId, status }) =>
        groups
          .filter((group) => group.subjectId === subjectId && (!status || group.status === status))
          .reduce((sum, group) => sum + group._count, 0),
      );
    },
    { cacheKeyFn: ({ subjectId, status }) => `${subjectId} ${status}` },
  );

async function writeDays(
  database: StudyDatabase,
  { id: sessionId, userId, subjectId }: StudySession,
  days: ReadonlyMap<StudyDay, number>,
): Promise<void> {
  const rows = [...days].map(([studyDay, focusSeconds]) => ({
    sessionId,
    userId,
    subjectId,
    studyDay,
    focusSeconds,
  }));
  await database.sessionDay.createMany({ data: rows, skipDuplicates: true });
}

/** Reads and writes study sessions, their intervals and their days. */
export function createSessionRepository(database: StudyDatabase, read: ReadTogether) {
  const byId = createRowLoader((ids) => database.studySession.findMany({ where: { id: { in: ids } } }));
  const intervals = createIntervalLoader(database);
  const pages = createPageLoader(database);
  const counts = createTotalLoader(database);

  return {
    find: (id: string) => byId.load(id),
    intervalsOf: (sessionId: string) => intervals.load(sessionId),
    listOf: (subjectId: string, page: Page, status: StudySessionStatus | undefined) =>
      pages.load({ parentId: subjectId, page, filter: status }),
    countOf: (subjectId: string, status: StudySessionStatus | undefined) =>
      counts.load({ subjectId, status }),
    listRunning: (userId: string) =>
      read<StudySession>(
        sql`select * from "StudySession" where "userId" = ${userId} and "status" in ('ACTIVE', 'PAUSED')
          order by "status", "lastSeenAt" desc limit 50`,
        ['startedAt', 'endedAt', 'lastSeenAt', 'createdAt'],
      ),

    /** Running sessions that nobody was seen in since an instant, longest first. */
    listUnseenSince: (instant: Date, take: number) =>
      database.studySession.findMany({
        where: { endedAt: null, lastSeenAt: { lte: instant } },
        orderBy: { lastSeenAt: 'asc' },
        take,
      }),

    create: async (session: Prisma.StudySessionUncheckedCreateInput): Promise<StudySession> => {
      const row = await database.studySession.create({ data: session });
      const first = { id: newRowId(), sessionId: row.id, kind: 'FOCUS', startedAt: row.startedAt } as const;
      await database.sessionInterval.create({ data: first });
      return row;
    },

    update: async (id: string, change: Prisma.StudySessionUncheckedUpdateInput): Promise<StudySession> => {
      byId.clear(id);
      return database.studySession.update({ where: { id }, data: { ...change, version: { increment: 1 } } });
    },

    /** Notes a sign of life of a running session; a later one wins. */
    touch: async (id: string, seenAt: Date): Promise<void> => {
      byId.clear(id);
      await database.studySession.updateMany({
        where: { id, status: { in: ['ACTIVE', 'PAUSED'] }, lastSeenAt: { lt: seenAt } },
        data: { lastSeenAt: seenAt },
      });
    },

    /** Ends the open interval and, unless the session is over, begins the next. */
    switchInterval: async (sessionId: string, at: Date, next: IntervalKind | null): Promise<void> => {
      intervals.clear(sessionId);
      await database.sessionInterval.updateMany({
        where: { sessionId, endedAt: null },
        data: { endedAt: at },
      });
      if (next === null) return;
      const interval = { id: newRowId(), sessionId, kind: next, startedAt: at };
      await database.sessionInterval.create({ data: interval });
    },

    saveDays: (session: StudySession, days: ReadonlyMap<StudyDay, number>) =>
      writeDays(database, session, days),
  };
}

export type SessionRepository = ReturnType<typeof createSessionRepository>;
