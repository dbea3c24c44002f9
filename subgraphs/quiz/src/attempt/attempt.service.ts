import { notFound } from '@studymate/contracts';
import type { Attempt, AttemptItem, Quiz } from '@studymate/database/quiz';
import { type PageArguments, parsePage, toConnection } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { type AttemptPage, idCursor } from '../counted-page.ts';
import { type QuestionView, viewQuestionShown } from '../question/question.view.ts';
import { getQuizOfAttempt } from '../quiz/quiz.service.ts';
import { type Startability, startabilityAt } from '../quiz/startability.ts';
import { closeOverdue } from './attempt.close.ts';
import { canListAttemptsOf, canReadAttempt } from './attempt.policy.ts';
import type { AttemptState } from './attempt.state.ts';

/** The attempt, closed first when its time is over; null when it does not exist or is not the viewer's to read. */
export async function findAttempt(context: Context, id: string): Promise<Attempt | null> {
  const attempt = await findReadable(context, id);
  return attempt && closeOverdue(context, attempt);
}

/** The attempt; throws NOT_FOUND where `findAttempt` answers null. */
export async function getAttempt(context: Context, id: string): Promise<Attempt> {
  const attempt = await findAttempt(context, id);
  if (!attempt) throw notFound('QuizAttempt');
  return attempt;
}

async function findReadable(context: Context, id: string): Promise<Attempt | null> {
  const attempt = await context.attempts.find(id);
  if (!attempt) return null;
  const quiz = await getQuizOfAttempt(context, attempt.quizId);
  return canReadAttempt(context.viewer, attempt, quiz) ? attempt : null;
}

/** The item, or null when it does not exist or its attempt is not the viewer's to read. */
export async function findItem(context: Context, id: string): Promise<AttemptItem | null> {
  const item = await context.attemptItems.find(id);
  return item && (await findReadable(context, item.attemptId)) ? item : null;
}

/** The question of an item as its taker sees it. */
export async function getQuestionOf(context: Context, item: AttemptItem): Promise<QuestionView> {
  const question = await context.questions.find(item.questionId);
  if (!question) throw new Error(`Question ${item.questionId} is gone, its attempts are not.`);
  return viewQuestionShown(question, item.choiceOrder);
}

export async function countProgress(context: Context, attempt: Attempt) {
  const items = await context.attemptItems.ofAttempt(attempt.id);
  return {
    answered: items.filter(({ response }) => response !== null).length,
    total: items.length,
    flagged: items.filter(({ flagged }) => flagged).length,
  };
}

/** Whole seconds until the deadline, or null without one. */
export function remainingSeconds({ deadline }: Attempt, now: Date): number | null {
  if (deadline === null) return null;
  return Math.max(0, Math.ceil((deadline.getTime() - now.getTime()) / 1000));
}

/** A learner's attempts, newest first; null for anybody else. */
export async function listAttemptsOf(
  context: Context,
  userId: string,
  { quizId, state, ...place }: AttemptListArguments,
): Promise<AttemptPage | null> {
  if (!canListAttemptsOf(context.viewer, userId)) return null;
  const page = parsePage(place);
  const filter = { userId, quizId, state, now: context.now() };
  const rows = await context.attempts.ofLearner(filter, page);
  return { ...toConnection(rows, page, idCursor), countAll: () => context.attempts.countOfLearner(filter) };
}

export interface AttemptListArguments extends PageArguments {
  readonly quizId?: string | null | undefined;
  readonly state?: AttemptState | null | undefined;
}

/** The viewer's own attempts at a quiz, newest first. A learner has at most 200 of them. */
export async function listViewerAttempts(
  context: Context,
  quiz: Quiz,
  place: PageArguments,
): Promise<AttemptPage> {
  const page = parsePage(place);
  const attempts = await viewerAttemptsAt(context, quiz);
  const [after] = page.cursor ?? [];
  const rows = attempts.filter(({ id }) => after === undefined || id < after).slice(0, page.take);
  return { ...toConnection(rows, page, idCursor), countAll: async () => attempts.length };
}

export const viewerAttemptsAt = async (context: Context, quiz: Quiz): Promise<readonly Attempt[]> =>
  context.viewer ? context.attempts.ofLearnerAt(context.viewer.id, quiz.id) : [];

export async function findStartability(context: Context, quiz: Quiz): Promise<Startability> {
  return startabilityAt(quiz, await viewerAttemptsAt(context, quiz), context.now());
}
