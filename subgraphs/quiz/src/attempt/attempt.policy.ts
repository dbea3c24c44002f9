import type { Viewer } from '@studymate/contracts';
import type { Attempt, Quiz } from '@studymate/database/quiz';
import { canGradeQuiz } from '../quiz/quiz.policy.ts';

/** Who may work on an attempt: the learner whose it is, nobody else. */
export const canTakeAttempt = (viewer: Viewer | null, attempt: Attempt): boolean =>
  viewer?.id === attempt.userId;

/** Who may read an attempt: its learner, and whoever grades the quiz. */
export const canReadAttempt = (viewer: Viewer | null, attempt: Attempt, quiz: Quiz): boolean =>
  canTakeAttempt(viewer, attempt) || canGradeQuiz(viewer, quiz);

/** Who sees results whatever the feedback policy says: the grader, though not of his own attempts. */
export const canReviewAttempt = (viewer: Viewer | null, attempt: Attempt, quiz: Quiz): boolean =>
  canGradeQuiz(viewer, quiz) && !canTakeAttempt(viewer, attempt);

export const canListAttemptsOf = (viewer: Viewer | null, learnerId: string): boolean =>
  viewer?.id === learnerId;
