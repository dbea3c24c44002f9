import type { Viewer } from '@studymate/contracts';
import type { QuestionBank } from '@studymate/database/quiz';
import { hasScope } from '@studymate/subgraph-kit';

/**
 * Who may open a bank and read the keys in it: a holder of quiz:author, at a bank he wrote himself. What AI
 * made from a learner's material is closed to everybody, or takers would read their own keys.
 */
export const canAuthorBank = (viewer: Viewer | null, bank: QuestionBank): boolean =>
  hasScope(viewer, 'quiz:author') && bank.origin === 'AUTHORED' && bank.ownerId === viewer?.id;
