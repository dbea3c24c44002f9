import { newRowId, notFound, wrongState } from '@studymate/contracts';
import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import { requireViewer } from '@studymate/subgraph-kit';
import { closeOverdue } from '../attempt/attempt.close.ts';
import { orderChoices } from '../attempt/attempt.draw.ts';
import { gradeResponse } from '../attempt/attempt.grading.ts';
import { canTakeAttempt } from '../attempt/attempt.policy.ts';
import { isOverdue } from '../attempt/attempt.state.ts';
import { attemptTopic } from '../attempt/attempt-topic.ts';
import { numbersFrom } from '../attempt/shuffle.ts';
import type { Context } from '../context.ts';
import { Exact } from '../grading/fraction.ts';
import type { AskableQuestion } from '../irt/question-irt.repository.ts';
import { parametersOf } from '../irt/question-parameters.ts';
import { selectItem } from '../irt/select-item.ts';
import { contentSchema } from '../question/content.ts';
import { getQuizOfAttempt } from '../quiz/quiz.service.ts';
import { type StopReason, stopReasonOf } from './ability.ts';
import { poolSchema } from './pool.ts';
import { columnsOf, type Progress, progressOf } from './settle-ability.ts';

export interface NextStep {
  readonly attempt: Attempt;
  readonly item: AttemptItem | null;
  readonly done: boolean;
}

/**
 * The next question of an adaptive attempt; the answer to the last one is judged for good. A question that waits for
 * its answer is answered again. Throws STATE when the attempt is over or not adaptive.
 */
export async function nextItem(context: Context, attemptId: string): Promise<NextStep> {
  const viewer = requireViewer(context);
  const found = await context.attempts.read(attemptId);
  if (!found || !canTakeAttempt(viewer, found)) throw notFound('QuizAttempt');
  await closeOverdue(context, found);
  return context.transaction(async (inner) => {
    const attempt = await inner.attempts.lock(attemptId);
    if (attempt?.state !== 'IN_PROGRESS' || isOverdue(attempt, inner.now()))
      throw wrongState('The attempt is over.', attempt?.state ?? 'EXPIRED', ['IN_PROGRESS']);
    if (attempt.behaviour !== 'ADAPTIVE')
      throw wrongState('The quiz is not adaptive.', attempt.behaviour, ['ADAPTIVE']);
    const items = await inner.attemptItems.ofAttempt(attemptId);
    const last = items.at(-1);
    if (last && last.response === null) return { attempt, item: last, done: false };
    if (last && !last.isSettled) await settle(inner, attempt, last);
    return advance(inner, attempt);
  });
}

async function settle(context: Context, attempt: Attempt, item: AttemptItem): Promise<void> {
  const { id: _id, ...grade } = await gradeResponse(context, { attempt, item });
  await context.attemptItems.update(item.id, { ...grade, isSettled: true });
  context.attemptItems.forget();
}

async function advance(context: Context, attempt: Attempt): Promise<NextStep> {
  const progress = await progressOf(context, attempt);
  const { items, settings, estimate } = progress;
  const planned = stopReasonOf(settings, { asked: items.length, standardError: estimate.standardError });
  const chosen = planned === null ? choose(attempt, progress) : null;
  const stopReason: StopReason | null = planned ?? (chosen ? null : 'BANK_EXHAUSTED');
  context.changes.announce(attemptTopic(attempt.id));
  const change = { ...columnsOf(estimate), stopReason, lastSeenAt: context.now() };
  if (!chosen) return { attempt: await context.attempts.update(attempt.id, change), item: null, done: true };

  const maxScore = new Exact(attempt.maxScore.toString()).plus(chosen.maxScore).toString();
  const item = await ask(context, attempt, { ...chosen, number: items.length + 1 });
  return { attempt: await context.attempts.update(attempt.id, { ...change, maxScore }), item, done: false };
}

function choose(attempt: Attempt, { items, settings, estimate, questions }: Progress) {
  const asked = new Set(items.map(({ questionId }) => questionId));
  const left = [...questions.values()].filter(({ id }) => !asked.has(id));
  const chosen = selectItem(
    left.map((question) => ({ id: question.id, skillIds: question.skillIds, ...parametersOf(question) })),
    {
      ability: estimate.theta,
      asked: items.map(({ questionId }) => questions.get(questionId)?.skillIds ?? []),
      shares: settings.contentBalance,
      topK: settings.exposureTopK,
      draw: numbersFrom(`${attempt.seed}:next:${items.length}`),
    },
  );
  const question = chosen && questions.get(chosen.id);
  const place = poolSchema.parse(attempt.pool).find(({ questionId }) => questionId === chosen?.id);
  return question && place ? { question, maxScore: place.maxScore } : null;
}

interface Asked {
  readonly question: AskableQuestion;
  readonly maxScore: string;
  readonly number: number;
}

async function ask(
  context: Context,
  attempt: Attempt,
  { question, maxScore, number }: Asked,
): Promise<AttemptItem> {
  const quiz = await getQuizOfAttempt(context, attempt.quizId);
  const choiceOrder = orderChoices(contentSchema.parse(question.content), {
    keepsAuthorsOrder: !quiz.shuffleChoices,
    seed: `${attempt.seed}:${question.entryId}`,
  });
  const { id: questionId, entryId } = question;
  const place = { attemptId: attempt.id, number, position: number };
  return context.attemptItems.create({
    id: newRowId(),
    ...place,
    entryId,
    questionId,
    choiceOrder,
    maxScore,
  });
}
