import { type AttemptItem, noJson, type Prisma, type QuizDatabase } from '@studymate/database/quiz';
import { batchMany, batchOne } from '../batch.ts';
import type { Correctness } from '../grading/grade.ts';
import type { StoredResponse } from '../question/response.ts';

export type AttemptItemRepository = ReturnType<typeof createAttemptItemRepository>;

export interface GradedItem {
  readonly id: string;
  /** Decimal digits. */
  readonly fraction: string;
  readonly score: string;
  readonly correctness: Correctness;
  readonly feedback: string | null;
}

export interface ItemChange {
  readonly response?: StoredResponse | null;
  readonly savedAt?: Date;
  readonly flagged: boolean;
  readonly clientSequence: number;
}

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
  const openByLearner = batchMany<{ userId: string; entryId: string }>(
    (userIds) => readOpenEntries(database, userIds),
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
    /** The entries that a learner's attempts in progress ask. */
    openEntriesOf: async (userId: string) =>
      new Set((await openByLearner.load(userId)).map(({ entryId }) => entryId)),
    /** Whether any attempt of the learner has asked this question version. */
    wasAsked: async (userId: string, questionId: string) =>
      (await askedByLearner.load(`${userId} ${questionId}`)) !== null,
    createAll: (items: Prisma.AttemptItemCreateManyInput[]) =>
      database.attemptItem.createMany({ data: items }),
    /** `response` is written only when it is given: null takes an answer back. */
    save: (id: string, { response, ...change }: ItemChange) =>
      database.attemptItem.update({
        where: { id },
        data: { ...change, ...(response === undefined ? {} : { response: response ?? noJson }) },
      }),
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

const readOpenEntries = (database: QuizDatabase, userIds: string[]) =>
  database.$queryRaw<{ userId: string; entryId: string }[]>`
    select distinct attempt."userId", item."entryId" from "Attempt" attempt
    join "AttemptItem" item on item."attemptId" = attempt."id"
    where attempt."userId" = any(${userIds}) and attempt."state" = 'IN_PROGRESS'`;

const readAsked = (database: QuizDatabase, pairs: string[]) =>
  database.$queryRaw<{ pair: string }[]>`
    select distinct attempt."userId" || ' ' || item."questionId" as pair from "AttemptItem" item
    join "Attempt" attempt on attempt."id" = item."attemptId"
    where item."questionId" = any(${pairs.map((pair) => pair.split(' ')[1] ?? '')})
      and attempt."userId" = any(${pairs.map((pair) => pair.split(' ')[0] ?? '')})`;
