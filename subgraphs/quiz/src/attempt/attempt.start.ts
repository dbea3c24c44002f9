import { randomBytes } from 'node:crypto';
import { newId, newRowId, quotaExceeded, type Viewer, wrongState } from '@studymate/contracts';
import type { Attempt, Quiz } from '@studymate/database/quiz';
import { onceByKey, requireViewer } from '@studymate/subgraph-kit';
import { adaptiveSettingsSchema } from '../adaptive/adaptive-settings.ts';
import { fixPool } from '../adaptive/pool.ts';
import type { Context } from '../context.ts';
import { Exact, zero } from '../grading/fraction.ts';
import { getQuiz, maxAttemptsPerLearner } from '../quiz/quiz.service.ts';
import { type Startability, startabilityAt } from '../quiz/startability.ts';
import { closeOverdue } from './attempt.close.ts';
import { planItems } from './attempt.draw.ts';
import { getAttempt } from './attempt.service.ts';
import { closingTime } from './attempt.state.ts';

const seedBytes = 16;

/**
 * Starts an attempt: versions, draws, orders and the deadline are fixed now and for good. Throws STATE when the
 * quiz cannot be started or another attempt is in progress, QUOTA_EXCEEDED when none is left.
 */
export async function startAttempt(
  context: Context,
  { quizId, idempotencyKey }: { readonly quizId: string; readonly idempotencyKey: string },
): Promise<Attempt> {
  const viewer = requireViewer(context);
  return onceByKey(
    context,
    { mutation: 'startAttempt', key: idempotencyKey, body: { quizId } },
    { run: (inner) => begin(inner, viewer, quizId), replay: getAttempt },
  );
}

async function begin(context: Context, viewer: Viewer, quizId: string): Promise<Attempt> {
  const quiz = await getQuiz(context, quizId);
  await context.attempts.lockStart(viewer.id, quizId);
  const before = await context.attempts.ofLearnerAt(viewer.id, quizId);
  const attempts = await Promise.all(before.map((attempt) => closeOverdue(context, attempt)));
  requireStartable(quiz, startabilityAt(quiz, attempts, context.now()), attempts.length);

  const seed = randomBytes(seedBytes).toString('hex');
  const isAdaptive = quiz.behaviour === 'ADAPTIVE';
  const items = isAdaptive ? [] : await planItems(context, quiz, seed);
  const pool = isAdaptive ? await fixPool(context, quiz, seed) : null;
  const number = Math.max(0, ...attempts.map((attempt) => attempt.number)) + 1;
  const maxScore = items.reduce((sum, item) => sum.plus(item.maxScore), zero);
  const attempt = await context.attempts.create({
    id: newId('QuizAttempt'),
    quizId,
    userId: viewer.id,
    number,
    seed,
    quizRevision: quiz.revision,
    maxScore: new Exact(maxScore).toString(),
    passFraction: quiz.passFraction,
    behaviour: quiz.behaviour,
    maxTries: quiz.maxTries,
    tryPenalty: quiz.tryPenalty,
    ...(pool ? { pool, adaptive: adaptiveSettingsSchema.parse(quiz.adaptive) } : {}),
    ...timesOf(quiz, context.now()),
  });
  await context.attemptItems.createAll(
    items.map((item) => ({
      ...item,
      choiceOrder: [...item.choiceOrder],
      id: newRowId(),
      attemptId: attempt.id,
    })),
  );
  if (attempt.closingAt)
    await context.jobs.enqueue('closeAttempt', { attemptId: attempt.id }, { runAt: attempt.closingAt });
  return attempt;
}

function requireStartable(quiz: Quiz, { reason }: Startability, used: number): void {
  if (reason === null) return;
  if (reason === 'NO_ATTEMPTS_LEFT')
    throw quotaExceeded('attempts at this quiz', { limit: quiz.maxAttempts ?? maxAttemptsPerLearner, used });
  const needed = reason === 'ATTEMPT_IN_PROGRESS' ? 'NO_ATTEMPT_IN_PROGRESS' : 'OPEN';
  throw wrongState(messages[reason], reason, [needed]);
}

const messages = {
  UNPUBLISHED: 'The quiz is not published.',
  NOT_OPEN: 'The quiz has not opened yet.',
  CLOSED: 'The quiz has closed.',
  ATTEMPT_IN_PROGRESS: 'An attempt at this quiz is in progress.',
} as const;

/** The time limit runs from now, and nobody may go on after the quiz has closed. */
function timesOf(quiz: Quiz, now: Date) {
  const limits = [
    ...(quiz.timeLimitSeconds === null ? [] : [now.getTime() + quiz.timeLimitSeconds * 1000]),
    ...(quiz.closesAt === null ? [] : [quiz.closesAt.getTime()]),
  ];
  const deadline = limits.length === 0 ? null : new Date(Math.min(...limits));
  const { graceSeconds } = quiz;
  return {
    startedAt: now,
    lastSeenAt: now,
    deadline,
    graceSeconds,
    closingAt: closingTime({ deadline, graceSeconds }),
  };
}
