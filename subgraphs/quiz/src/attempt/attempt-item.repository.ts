import {
  type AttemptItem,
  type Certainty,
  noJson,
  type Prisma,
  type QuizDatabase,
} from '@studymate/database/quiz';
import type { Page } from '@studymate/subgraph-kit';
import { batchMany, batchOne } from '../batch.ts';
import type { Correctness } from '../grading/grade.ts';
import type { StoredResponse } from '../question/response.ts';

export type AttemptItemRepository = ReturnType<typeof createAttemptItemRepository>;

export interface GradedItem {
  readonly id: string;
  /** Decimal digits; null while PENDING, like the score. */
  readonly fraction: string | null;
  readonly score: string | null;
  readonly correctness: Correctness;
  readonly feedback: string | null;
}

export interface ItemChange {
  readonly response?: StoredResponse | null;
  readonly savedAt?: Date;
  readonly certainty?: Certainty | null;
  readonly isChecked?: boolean;
  readonly flagged: boolean;
  readonly clientSequence: number;
}

export interface QueueFilter {
  readonly graderId: string;
  readonly quizId?: string | null | undefined;
}

const queueWhere = ({ graderId, quizId }: QueueFilter): Prisma.AttemptItemWhereInput => ({
  awaitsGraderId: graderId,
  ...(quizId ? { attempt: { quizId } } : {}),
});

/** Reads and writes the items of attempts. */
export function createAttemptItemRepository(database: QuizDatabase) {
  const byId = batchOne<AttemptItem>(
    (ids) => database.attemptItem.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const byAttempt = batchMany<AttemptItem>(
    (attemptIds) =>
      database.attemptItem.findMany({ where: { attemptId: { in: attemptIds } }, orderBy: { number: 'asc' } }),
    ({ attemptId }) => attemptId,
  );
  const openByLearner = batchMany<OpenItem>(
    (userIds) => readOpenItems(database, userIds),
    ({ userId }) => userId,
  );
  const askedByLearner = batchOne<{ pair: string }>(
    (pairs) => readAsked(database, pairs),
    ({ pair }) => pair,
  );
  const loaders = [byId, byAttempt, openByLearner, askedByLearner];

  return {
    find: byId.load,
    ofAttempt: byAttempt.load,
    forget: () => {
      for (const loader of loaders) loader.forget();
    },
    /** What a learner's attempts in progress ask. */
    openItemsOf: openByLearner.load,
    /** Whether any attempt of the learner has asked this question version. */
    wasAsked: async (userId: string, questionId: string) =>
      (await askedByLearner.load(`${userId} ${questionId}`)) !== null,
    create: (item: Prisma.AttemptItemUncheckedCreateInput) => database.attemptItem.create({ data: item }),
    createAll: (items: Prisma.AttemptItemCreateManyInput[]) =>
      database.attemptItem.createMany({ data: items }),
    /** `response` is written only when it is given: null takes an answer back. */
    save: (id: string, { response, ...change }: ItemChange) =>
      database.attemptItem.update({
        where: { id },
        data: { ...change, ...(response === undefined ? {} : { response: response ?? noJson }) },
      }),
    /** Essays that wait for a grader, the longest waiting first. */
    awaitingGrade: (filter: QueueFilter, page: Page) =>
      database.attemptItem.findMany({
        where: { ...queueWhere(filter), ...(page.cursor ? { id: { gt: page.cursor[0] ?? '' } } : {}) },
        orderBy: { id: 'asc' },
        take: page.take,
      }),
    countAwaitingGrade: (filter: QueueFilter) => database.attemptItem.count({ where: queueWhere(filter) }),
    /** Takes an attempt's essays off every desk. */
    stopWaiting: (attemptId: string) =>
      database.attemptItem.updateMany({
        where: { attemptId, awaitsGraderId: { not: null } },
        data: { awaitsGraderId: null },
      }),
    update: (id: string, change: Prisma.AttemptItemUncheckedUpdateInput) =>
      database.attemptItem.update({ where: { id }, data: change }),
    /** Writes the grades of a whole attempt in one statement. */
    recordGrades: (grades: readonly GradedItem[]) => database.$executeRaw`
      update "AttemptItem" item
      set "fraction" = graded."fraction", "score" = graded."score",
        "correctness" = graded."correctness"::"Correctness", "feedback" = graded."feedback"
      from jsonb_to_recordset(${JSON.stringify(grades)}::jsonb)
        as graded("id" text, "fraction" numeric, "score" numeric, "correctness" text, "feedback" text)
      where item."id" = graded."id"`,
  };
}

/** A question that an attempt in progress asks; `entryId` is null for one that has asked none yet. */
interface OpenItem {
  readonly userId: string;
  readonly attemptId: string;
  readonly quizId: string;
  readonly isAdaptive: boolean;
  readonly entryId: string | null;
}

const readOpenItems = (database: QuizDatabase, userIds: string[]) =>
  database.$queryRaw<OpenItem[]>`
    select attempt."userId", attempt."id" as "attemptId", attempt."quizId", item."entryId",
      attempt."behaviour" = 'ADAPTIVE' as "isAdaptive"
    from "Attempt" attempt
    left join "AttemptItem" item on item."attemptId" = attempt."id"
    where attempt."userId" = any(${userIds}) and attempt."state" = 'IN_PROGRESS'`;

const readAsked = (database: QuizDatabase, pairs: string[]) =>
  database.$queryRaw<{ pair: string }[]>`
    select distinct attempt."userId" || ' ' || item."questionId" as pair from "AttemptItem" item
    join "Attempt" attempt on attempt."id" = item."attemptId"
    where item."questionId" = any(${pairs.map((pair) => pair.split(' ')[1] ?? '')})
      and attempt."userId" = any(${pairs.map((pair) => pair.split(' ')[0] ?? '')})`;
