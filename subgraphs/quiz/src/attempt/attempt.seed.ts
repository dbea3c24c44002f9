import type { Attempt } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { canAuthorQuiz } from '../quiz/quiz.policy.ts';
import { getQuizOfAttempt } from '../quiz/quiz.service.ts';

/** What orders and draws follow from; for the quiz's author only. */
export async function findSeed(context: Context, attempt: Attempt): Promise<string | null> {
  const quiz = await getQuizOfAttempt(context, attempt.quizId);
  return canAuthorQuiz(context.viewer, quiz) ? attempt.seed : null;
}
