import { newRowId, notFound } from '@studymate/contracts';
import type { Attempt, AttemptItem, Quiz, Regrade } from '@studymate/database/quiz';
import { onceByKey, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import { exactScore } from '../attempt/attempt.graded.ts';
import { gradeResponse } from '../attempt/attempt.grading.ts';
import { attemptTopic } from '../attempt/attempt-topic.ts';
import type { Context } from '../context.ts';
import { type Exact, zero } from '../grading/fraction.ts';
import { canGradeQuiz } from '../quiz/quiz.policy.ts';
import type { RegradedItem, ScoreChange } from './regrade.repository.ts';

export interface RegradeView {
  readonly changed: number;
  readonly raised: number;
  readonly lowered: number;
  readonly rows: readonly ScoreChange[];
}

interface PlannedRegrade {
  readonly attempt: Attempt;
  readonly after: Exact;
  /** Those of its items whose grade or version changes. */
  readonly items: readonly RegradedItem[];
}

/** What `regrade` would do now; writes nothing. Throws NOT_FOUND when the viewer does not grade the quiz. */
export async function previewRegrade(context: Context, quizId: string): Promise<RegradeView> {
  const quiz = await getQuizAsGrader(context, quizId);
  const plans = await planRegrade(context, quiz, await context.regrades.gradedAttempts(quizId));
  return viewRegrade(scoreChangesOf(plans));
}

/**
 * Grades all graded attempts of a quiz again, in one transaction. The other domains are not told: they have
 * counted each attempt once. Throws NOT_FOUND like `previewRegrade`.
 */
export async function regrade(
  context: Context,
  { quizId, idempotencyKey }: { readonly quizId: string; readonly idempotencyKey: string },
): Promise<RegradeView> {
  const viewer = requireViewer(context);
  const quiz = await getQuizAsGrader(context, quizId);
  const done = await onceByKey(
    context,
    { mutation: 'regrade', key: idempotencyKey, body: { quizId } },
    { run: (inner) => gradeAgain(inner, quiz, viewer.id), replay: getRegrade },
  );
  return viewRegrade(z.array(changeSchema).parse(done.changes));
}

const changeSchema = z.object({ attemptId: z.string(), before: z.number(), after: z.number() });

async function getQuizAsGrader(context: Context, quizId: string): Promise<Quiz> {
  const quiz = await context.quizzes.find(quizId);
  if (!quiz || !canGradeQuiz(context.viewer, quiz)) throw notFound('Quiz');
  return quiz;
}

async function getRegrade(context: Context, id: string): Promise<Regrade> {
  const done = await context.regrades.find(id);
  if (!done) throw notFound('Regrade');
  return done;
}

async function gradeAgain(context: Context, quiz: Quiz, gradedBy: string): Promise<Regrade> {
  const attempts = await context.regrades.lockGradedAttempts(quiz.id);
  const plans = await planRegrade(context, quiz, attempts);
  const now = context.now();
  await context.regrades.recordItems(plans.flatMap(({ items }) => items));
  await context.regrades.recordScores(
    plans.map(({ attempt, after }) => ({ id: attempt.id, score: after.toFixed() })),
    now,
  );
  const ids = plans.map(({ attempt }) => attempt.id);
  await context.attempts.recordMoves(ids, ['GRADED', 'GRADING', 'GRADED'], now);
  for (const id of ids) {
    await context.jobs.enqueue('countAttempt', { attemptId: id });
    context.changes.announce(attemptTopic(id));
  }
  return context.regrades.create({
    id: newRowId(),
    quizId: quiz.id,
    gradedBy,
    changes: scoreChangesOf(plans),
  });
}

/** The attempts of which anything changes. */
async function planRegrade(
  context: Context,
  quiz: Quiz,
  attempts: readonly Attempt[],
): Promise<PlannedRegrade[]> {
  const slots = await context.quizzes.slotsOf(quiz.id);
  const pins = new Map(
    slots.flatMap(({ entryId, pinnedVersion }) => (entryId ? [[entryId, pinnedVersion]] : [])),
  );
  const plans = await Promise.all(
    attempts.map(async (attempt) => {
      const items = await context.attemptItems.ofAttempt(attempt.id);
      const graded = await Promise.all(
        items.map((item) => regradeItem(context, { attempt, item, pinned: pins.get(item.entryId) ?? null })),
      );
      const after = graded.reduce((sum, { score }) => sum.plus(score ?? 0), zero);
      return { attempt, after, items: graded.filter((item, index) => !isAsBefore(item, items[index])) };
    }),
  );
  return plans.filter(({ items }) => items.length > 0);
}

interface ItemToRegrade {
  readonly attempt: Attempt;
  readonly item: AttemptItem;
  readonly pinned: number | null;
}

/** What a person graded keeps its grade: only what rules judged can be judged again by other rules. */
async function regradeItem(
  context: Context,
  { attempt, item, pinned }: ItemToRegrade,
): Promise<RegradedItem> {
  if (item.gradedBy !== 'RULES') return asGraded(item);
  const entry = await context.entries.find(item.entryId);
  const version = pinned ?? entry?.latestVersion ?? 1;
  const [asked, current] = await Promise.all([
    context.questions.find(item.questionId),
    context.questions.findVersion(item.entryId, version),
  ]);
  const isComparable = current !== null && current.kind === asked?.kind;
  const questionId = isComparable ? current.id : item.questionId;
  return { ...(await gradeResponse(context, { attempt, item, questionId })), questionId };
}

const asGraded = ({ id, questionId, fraction, score, correctness, feedback }: AttemptItem): RegradedItem => ({
  id,
  questionId,
  fraction: fraction?.toFixed() ?? null,
  score: score?.toFixed() ?? null,
  correctness: correctness ?? 'PENDING',
  feedback,
});

const isAsBefore = (after: RegradedItem, before: AttemptItem | undefined): boolean =>
  before !== undefined &&
  after.questionId === before.questionId &&
  before.fraction?.equals(after.fraction ?? -1) === true &&
  after.correctness === before.correctness &&
  after.feedback === before.feedback;

const scoreChangesOf = (plans: readonly PlannedRegrade[]): ScoreChange[] =>
  plans.flatMap(({ attempt, after }) => {
    const before = exactScore(attempt).score;
    return before.equals(after)
      ? []
      : [{ attemptId: attempt.id, before: before.toNumber(), after: after.toNumber() }];
  });

const viewRegrade = (rows: readonly ScoreChange[]): RegradeView => ({
  changed: rows.length,
  raised: rows.filter(({ before, after }) => after > before).length,
  lowered: rows.filter(({ before, after }) => after < before).length,
  rows,
});
