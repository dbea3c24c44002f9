import type { Viewer } from '@studymate/contracts';
import type { Quiz } from '@studymate/database/quiz';
import { hasScope } from '@studymate/subgraph-kit';

/**
 * Who may see a quiz:
 * - whoever made it, in any status: its author, or the learner from whose material AI made it;
 * - once it is PUBLISHED, the owner of its subject;
 * - once it is PUBLISHED and PUBLIC, everyone who is signed in. Only holders of quiz:author can make one.
 */
export function canSeeQuiz(viewer: Viewer | null, quiz: Quiz): boolean {
  if (!viewer) return false;
  if (quiz.createdById === viewer.id) return true;
  return quiz.status === 'PUBLISHED' && (quiz.visibility === 'PUBLIC' || quiz.subjectOwnerId === viewer.id);
}

/**
 * Who may look behind a quiz (slots, seeds, statistics) and change it: a holder of quiz:author, at a quiz he
 * wrote himself. A quiz that AI made stays closed even to the learner it was made for: he takes it, and
 * sees its keys when the feedback policy says so.
 */
export const canAuthorQuiz = (viewer: Viewer | null, quiz: Quiz): boolean =>
  hasScope(viewer, 'quiz:author') && quiz.origin === 'AUTHORED' && quiz.createdById === viewer?.id;

/** Who may read others' attempts at a quiz, results and keys included. */
export const canGradeQuiz = (viewer: Viewer | null, quiz: Quiz): boolean =>
  hasScope(viewer, 'quiz:grade') && quiz.origin === 'AUTHORED' && quiz.createdById === viewer?.id;
