import { notFound } from '@studymate/contracts';
import type { Attempt } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { canGradeQuiz } from '../quiz/quiz.policy.ts';
import { requireMove } from './attempt.state.ts';
import { attemptTopic } from './attempt-topic.ts';

/**
 * Sets an attempt aside, whatever its answers. Throws NOT_FOUND when the viewer does not grade its quiz, STATE when
 * it was abandoned.
 */
export async function invalidateAttempt(context: Context, attemptId: string): Promise<Attempt> {
  return context.transaction(async (inner) => {
    const attempt = await inner.attempts.lock(attemptId);
    const quiz = attempt && (await inner.quizzes.find(attempt.quizId));
    if (!attempt || !quiz || !canGradeQuiz(inner.viewer, quiz)) throw notFound('QuizAttempt');
    if (attempt.state === 'INVALIDATED') return attempt;

    requireMove(attempt.state, 'INVALIDATED');
    await inner.attempts.recordMoves([attemptId], [attempt.state, 'INVALIDATED'], inner.now());
    await inner.attemptItems.stopWaiting(attemptId);
    await inner.jobs.enqueue('countAttempt', { attemptId });
    inner.changes.announce(attemptTopic(attemptId));
    return inner.attempts.update(attemptId, { state: 'INVALIDATED' });
  });
}
