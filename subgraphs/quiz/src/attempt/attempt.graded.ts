import type { Attempt, AttemptItem, Prisma } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { Exact, zero } from '../grading/fraction.ts';
import { parametersOf } from '../irt/question-parameters.ts';
import { fractionOf } from './attempt.scoring.ts';
import type { GradedItem } from './attempt-item.repository.ts';

/** The decimal columns of an attempt as exact numbers; ungraded counts as 0. */
export const exactScore = ({ score, maxScore }: Pick<Attempt, 'score' | 'maxScore'>) => ({
  score: new Exact(score?.toString() ?? 0),
  maxScore: new Exact(maxScore.toString()),
});

/** Whether the attempt reaches its pass score; null when there is none. */
export function isPassed(attempt: Pick<Attempt, 'score' | 'maxScore' | 'passFraction'>): boolean | null {
  if (attempt.passFraction === null) return null;
  return fractionOf(exactScore(attempt)).greaterThanOrEqualTo(attempt.passFraction.toString());
}

interface Graded {
  readonly items: readonly AttemptItem[];
  /** In the order of the items, none of them PENDING. */
  readonly grades: readonly Pick<GradedItem, 'fraction' | 'score'>[];
}

interface Settled extends Graded {
  readonly submission?: Prisma.AttemptUncheckedUpdateInput;
  /** False for a grade given anew: the other domains have counted the attempt. */
  readonly isFirst?: boolean;
}

/** Ends the grading of a locked attempt: adds up its score, makes it GRADED, and tells the other domains. */
export async function settleScore(
  context: Context,
  attempt: Attempt,
  { submission, isFirst = true, ...graded }: Settled,
): Promise<Attempt> {
  const score = graded.grades.reduce((sum, grade) => sum.plus(grade.score ?? 0), zero);
  const change = { state: 'GRADED', gradedAt: context.now(), score: score.toString() } as const;
  const closed = await context.attempts.update(attempt.id, { ...submission, ...change });
  await context.jobs.enqueue('countAttempt', { attemptId: attempt.id });
  if (isFirst) await announceGrade(context, closed, graded);
  return closed;
}

/** Tells the other domains of a graded attempt, item by item. */
async function announceGrade(context: Context, attempt: Attempt, { items, grades }: Graded): Promise<void> {
  const quiz = await context.quizzes.find(attempt.quizId);
  if (!quiz) throw new Error(`Quiz ${attempt.quizId} is gone, its attempts are not.`);
  const askable = await context.questionIrt.askable(items.map(({ questionId }) => questionId));
  const questions = new Map(askable.map((question) => [question.id, question]));
  const { score, maxScore } = exactScore(attempt);

  await context.events.publish('quiz.attempt.graded', {
    attemptId: attempt.id,
    quizId: quiz.id,
    quizTitle: quiz.title,
    subjectId: quiz.subjectId,
    userId: attempt.userId,
    score: score.toNumber(),
    maxScore: maxScore.toNumber(),
    fraction: fractionOf({ score, maxScore }).toNumber(),
    passed: isPassed(attempt),
    gradedAt: context.now().toISOString(),
    items: items.map((item, index) => {
      const question = questions.get(item.questionId);
      return {
        itemId: item.id,
        questionId: item.questionId,
        skillIds: question?.skillIds ?? [],
        fraction: Number(grades[index]?.fraction ?? 0),
        difficulty: question ? parametersOf(question).difficulty : 0,
      };
    }),
  });
}
