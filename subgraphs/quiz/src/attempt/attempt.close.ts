import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import { histogram } from '@studymate/runtime';
import type { Context } from '../context.ts';
import { Exact, toScore, zero } from '../grading/fraction.ts';
import { type Gradable, grade } from '../grading/grade.ts';
import { contentSchema } from '../question/content.ts';
import { responseSchema } from '../question/response.ts';
import { announceGrade } from './attempt.graded.ts';
import { isOverdue, requireMove, submissionPath } from './attempt.state.ts';
import type { GradedItem } from './attempt-item.repository.ts';

const lateness = histogram({
  name: 'quiz_auto_submit_lateness_seconds',
  help: 'How long after its closing time the server closed an attempt.',
});

/**
 * Hands in the saved answers of a locked attempt, grades them and tells the other domains, in the current
 * transaction. Throws STATE when the attempt is not in progress.
 */
export async function handIn(
  context: Context,
  attempt: Attempt,
  submittedBy: 'LEARNER' | 'TIMER',
): Promise<Attempt> {
  const path = submissionPath(submittedBy);
  requireMove(attempt.state, path[1] ?? 'SUBMITTED');
  const now = context.now();
  const items = await context.attemptItems.ofAttempt(attempt.id);
  const grades = await Promise.all(items.map((item) => gradeItem(context, item)));
  await context.attemptItems.recordGrades(grades);

  const score = grades.reduce((sum, graded) => sum.plus(graded.score), zero);
  const closed = await context.attempts.update(attempt.id, {
    state: 'GRADED',
    submittedAt: now,
    submittedBy,
    gradedAt: now,
    score: score.toString(),
  });
  await context.attempts.recordMoves(attempt.id, path, now);
  await announceGrade(context, closed, { items, grades });
  return closed;
}

/** Closes an attempt whose time is over, with the answers saved last; any other is answered as it is. */
export async function closeOverdue(context: Context, attempt: Attempt): Promise<Attempt> {
  if (!isOverdue(attempt, context.now())) return attempt;
  return context.transaction(async (inner) => {
    const current = await inner.attempts.lock(attempt.id);
    if (!current || !isOverdue(current, context.now())) return current ?? attempt;
    const closed = await handIn(inner, current, 'TIMER');
    lateness.observe({}, (context.now().getTime() - (closed.closingAt?.getTime() ?? 0)) / 1000);
    return closed;
  });
}

/** Grades one saved answer against the version of the question that the attempt pinned. */
async function gradeItem(context: Context, item: AttemptItem): Promise<GradedItem> {
  const { fraction, correctness, feedback } = grade(
    await findGradable(context, item.questionId),
    item.response === null ? null : responseSchema.parse(item.response),
  );
  const score = toScore(fraction, new Exact(item.maxScore.toString()));
  return { id: item.id, fraction: fraction.toFixed(), score: score.toFixed(), correctness, feedback };
}

async function findGradable(context: Context, questionId: string): Promise<Gradable> {
  const [question, key] = await Promise.all([
    context.questions.find(questionId),
    context.answerKeys.get(questionId),
  ]);
  if (!question) throw new Error(`Question ${questionId} is gone, its attempts are not.`);
  return joinHalves(contentSchema.parse(question.content), key.content);
}

/** Puts a question and its key together again; halves of different kinds are a damaged database. */
export function joinHalves(content: Gradable['content'], key: Gradable['key']): Gradable {
  if (content.kind === 'CHOICE' && key.kind === 'CHOICE') return { kind: 'CHOICE', content, key };
  if (content.kind === 'TEXT' && key.kind === 'TEXT') return { kind: 'TEXT', content, key };
  if (content.kind === 'NUMERIC' && key.kind === 'NUMERIC') return { kind: 'NUMERIC', content, key };
  if (content.kind === 'MATCH' && key.kind === 'MATCH') return { kind: 'MATCH', content, key };
  if (content.kind === 'ORDER' && key.kind === 'ORDER') return { kind: 'ORDER', content, key };
  if (content.kind === 'CLOZE' && key.kind === 'CLOZE') return { kind: 'CLOZE', content, key };
  throw new Error(`A ${content.kind} question has a ${key.kind} key.`);
}
