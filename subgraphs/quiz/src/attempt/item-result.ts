import type { Attempt, AttemptItem, Quiz } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { type RubricScore, rubricScoresSchema } from '../essay/rubric-score.ts';
import type { Correctness } from '../grading/grade.ts';
import { type ReadableKey, readKey } from '../question/question.service.ts';
import { getQuizOfAttempt } from '../quiz/quiz.service.ts';
import { type Reveal, revealAt } from './attempt.feedback.ts';
import { exactScore, isPassed } from './attempt.graded.ts';
import { canReviewAttempt, canTakeAttempt } from './attempt.policy.ts';
import { type AttemptScoring, countingScore, fractionOf } from './attempt.scoring.ts';
import { viewerAttemptsAt } from './attempt.service.ts';

/** How an item was judged, as far as the viewer may know. */
export interface ItemResultView {
  readonly score: number;
  readonly fraction: number;
  readonly correctness: Correctness;
  readonly feedback: string | null;
  /** The question whose key may be shown; null while it may not. */
  readonly keyOf: string | null;
  readonly gradedBy: AttemptItem['gradedBy'];
  readonly rubric: readonly RubricScore[];
}

export interface ScoreView {
  readonly raw: number;
  readonly max: number;
  readonly fraction: number;
  readonly passed: boolean | null;
}

const everything: Reveal = { score: true, correctness: true, answerKey: true };

/** What the viewer may see of an attempt, or of an item of it, now; graders see everything once it is handed in. */
function revealOf(context: Context, { attempt, quiz, item }: Asked): Reveal {
  const { state } = attempt;
  const isHandedIn = state === 'GRADED' || state === 'GRADING';
  if (isHandedIn && canReviewAttempt(context.viewer, attempt, quiz))
    return { ...everything, score: state === 'GRADED' };
  const judged = item && { isJudged: item.correctness !== null, isSettled: item.isSettled };
  return revealAt(quiz, {
    state,
    quizClosesAt: quiz.closesAt,
    now: context.now(),
    ...(judged ? { item: judged } : {}),
  });
}

interface Asked {
  readonly attempt: Attempt;
  readonly quiz: Quiz;
  readonly item?: AttemptItem;
}

/**
 * The result of an item, or null while it is hidden: until the feedback policy allows it, and as long as the
 * learner has another attempt in progress that asks the same question again.
 */
export async function findResult(context: Context, item: AttemptItem): Promise<ItemResultView | null> {
  const { score, fraction, correctness, feedback } = item;
  const attempt = await context.attempts.find(item.attemptId);
  if (!attempt || correctness === null) return null;

  const reveal = revealOf(context, { attempt, quiz: await getQuizOfAttempt(context, attempt.quizId), item });
  if (!reveal.correctness || (await isAskedAgain(context, attempt, item))) return null;
  return {
    score: score?.toNumber() ?? 0,
    fraction: fraction?.toNumber() ?? 0,
    correctness,
    feedback,
    keyOf: reveal.answerKey ? item.questionId : null,
    ...judgementOf(context, attempt, item),
  };
}

/** Who judged it and how; what AI proposed is for graders only, and nobody's grade. */
function judgementOf(context: Context, attempt: Attempt, { gradedBy, rubric }: AttemptItem) {
  const isOwn = canTakeAttempt(context.viewer, attempt);
  return {
    gradedBy: gradedBy === 'AI_PROPOSED' && isOwn ? ('HUMAN' as const) : gradedBy,
    rubric: rubric === null ? [] : rubricScoresSchema.parse(rubric),
  };
}

/** An adaptive attempt may yet ask anything of its quiz. */
async function isAskedAgain(context: Context, attempt: Attempt, item: AttemptItem): Promise<boolean> {
  if (!canTakeAttempt(context.viewer, attempt)) return false;
  const open = await context.attemptItems.openItemsOf(attempt.userId);
  return open.some(
    ({ attemptId, quizId, entryId, isAdaptive }) =>
      attemptId !== attempt.id && (entryId === item.entryId || (isAdaptive && quizId === attempt.quizId)),
  );
}

export const findRevealedKey = async (
  context: Context,
  { keyOf }: ItemResultView,
): Promise<ReadableKey | null> => (keyOf === null ? null : readKey(context, keyOf));

/** The score of an attempt, or null while it is hidden. */
export async function findScore(context: Context, attempt: Attempt): Promise<ScoreView | null> {
  const quiz = await getQuizOfAttempt(context, attempt.quizId);
  return revealOf(context, { attempt, quiz }).score ? viewScore(attempt) : null;
}

/** The viewer's score that counts, over the attempts whose score he may see; null without any. */
export async function findViewerBestScore(context: Context, quiz: Quiz): Promise<ScoreView | null> {
  const attempts = await viewerAttemptsAt(context, quiz);
  const shown = attempts.filter((attempt) => revealOf(context, { attempt, quiz }).score);
  return scoreThatCounts(shown, quiz);
}

function scoreThatCounts(attempts: readonly Attempt[], quiz: Quiz): ScoreView | null {
  const scoring: AttemptScoring = quiz.scoring;
  const scored = attempts.map((attempt) => ({ number: attempt.number, ...exactScore(attempt) }));
  const counting = countingScore(scored, scoring);
  if (!counting) return null;
  const fraction = fractionOf(counting);
  return {
    raw: counting.score.toNumber(),
    max: counting.maxScore.toNumber(),
    fraction: fraction.toNumber(),
    passed: quiz.passFraction && fraction.greaterThanOrEqualTo(quiz.passFraction.toString()),
  };
}

function viewScore(attempt: Attempt): ScoreView {
  const exact = exactScore(attempt);
  return {
    raw: exact.score.toNumber(),
    max: exact.maxScore.toNumber(),
    fraction: fractionOf(exact).toNumber(),
    passed: isPassed(attempt),
  };
}
