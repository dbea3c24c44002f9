import type { Attempt, AttemptItem, Quiz } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
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
}

export interface ScoreView {
  readonly raw: number;
  readonly max: number;
  readonly fraction: number;
  readonly passed: boolean | null;
}

const everything: Reveal = { score: true, correctness: true, answerKey: true };

/** What the viewer may see of an attempt now; graders see everything. */
function revealOf(context: Context, attempt: Attempt, quiz: Quiz): Reveal {
  if (attempt.state === 'GRADED' && canReviewAttempt(context.viewer, attempt, quiz)) return everything;
  return revealAt(quiz, { state: attempt.state, quizClosesAt: quiz.closesAt, now: context.now() });
}

/**
 * The result of an item, or null while it is hidden: until the feedback policy allows it, and as long as the
 * learner has an attempt in progress that asks the same question again.
 */
export async function findResult(context: Context, item: AttemptItem): Promise<ItemResultView | null> {
  const { score, fraction, correctness, feedback } = item;
  const attempt = await context.attempts.find(item.attemptId);
  if (!attempt || score === null || fraction === null || correctness === null) return null;

  const reveal = revealOf(context, attempt, await getQuizOfAttempt(context, attempt.quizId));
  if (!reveal.correctness || (await isAskedAgain(context, attempt, item))) return null;
  return {
    score: score.toNumber(),
    fraction: fraction.toNumber(),
    correctness,
    feedback,
    keyOf: reveal.answerKey ? item.questionId : null,
  };
}

async function isAskedAgain(context: Context, attempt: Attempt, item: AttemptItem): Promise<boolean> {
  if (!canTakeAttempt(context.viewer, attempt)) return false;
  return (await context.attemptItems.openEntriesOf(attempt.userId)).has(item.entryId);
}

export const findRevealedKey = async (
  context: Context,
  { keyOf }: ItemResultView,
): Promise<ReadableKey | null> => (keyOf === null ? null : readKey(context, keyOf));

/** The score of an attempt, or null while it is hidden. */
export async function findScore(context: Context, attempt: Attempt): Promise<ScoreView | null> {
  const quiz = await getQuizOfAttempt(context, attempt.quizId);
  return revealOf(context, attempt, quiz).score ? viewScore(attempt) : null;
}

/** The viewer's score that counts, over the attempts whose score he may see; null without any. */
export async function findViewerBestScore(context: Context, quiz: Quiz): Promise<ScoreView | null> {
  const attempts = await viewerAttemptsAt(context, quiz);
  const shown = attempts.filter((attempt) => revealOf(context, attempt, quiz).score);
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
