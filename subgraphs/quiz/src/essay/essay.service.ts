import { type EventPayload, notFound, wrongState } from '@studymate/contracts';
import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import type { RubricScoreInput } from '../__generated__/resolvers.ts';
import { settleScore } from '../attempt/attempt.graded.ts';
import { attemptTopic } from '../attempt/attempt-topic.ts';
import { shareEarned } from '../behaviour/behaviours.ts';
import type { Context } from '../context.ts';
import { Exact, toScore } from '../grading/fraction.ts';
import { correctnessOf } from '../grading/grade.ts';
import { type ContentOf, contentSchema } from '../question/content.ts';
import { canGradeQuiz } from '../quiz/quiz.policy.ts';
import { creditOf, isSameGrade, parseScores } from './essay.grade.ts';
import { type RubricScore, rubricScoresSchema } from './rubric-score.ts';

interface GradeInput {
  readonly attemptId: string;
  readonly itemId: string;
  readonly rubric: readonly RubricScoreInput[];
}

interface Essay {
  readonly attempt: Attempt;
  readonly item: AttemptItem;
  readonly content: ContentOf<'ESSAY'>;
}

/**
 * Gives an essay its points; the last one of an attempt settles its score and tells the other domains, once. Throws
 * NOT_FOUND when the viewer does not grade the quiz, STATE when there is no handed-in essay to grade.
 */
export async function gradeEssay(context: Context, input: GradeInput): Promise<AttemptItem> {
  return context.transaction(async (inner) => {
    const essay = await getEssay(inner, input);
    const scores = parseScores(input.rubric, essay.content);
    const item = await storeGrade(inner, essay, scores);
    await finishGrading(inner, essay.attempt);
    inner.changes.announce(attemptTopic(essay.attempt.id));
    return item;
  });
}

async function getEssay(context: Context, { attemptId, itemId }: GradeInput): Promise<Essay> {
  const attempt = await context.attempts.lock(attemptId);
  const quiz = attempt && (await context.quizzes.find(attempt.quizId));
  if (!attempt || !quiz || !canGradeQuiz(context.viewer, quiz)) throw notFound('QuizAttempt');
  const item = await context.attemptItems.find(itemId);
  if (!item || item.attemptId !== attempt.id) throw notFound('AttemptItem');
  if (attempt.state !== 'GRADING' && attempt.state !== 'GRADED')
    throw wrongState('The attempt is not to be graded now.', attempt.state, ['GRADING', 'GRADED']);
  const content = await findRubric(context, item);
  if (!content || item.response === null)
    throw wrongState('The answer key has graded this answer.', 'GRADED_BY_RULES', ['PENDING']);
  return { attempt, item, content };
}

async function findRubric(context: Context, item: AttemptItem): Promise<ContentOf<'ESSAY'> | null> {
  const content = contentSchema.parse((await context.questions.find(item.questionId))?.content);
  return content.kind === 'ESSAY' ? content : null;
}

function storeGrade(
  context: Context,
  { attempt, item, content }: Essay,
  scores: readonly RubricScore[],
): Promise<AttemptItem> {
  const fraction = creditOf(scores, content);
  const score = toScore(shareEarned(attempt, item, fraction), new Exact(item.maxScore.toString()));
  const proposal = item.proposal === null ? [] : rubricScoresSchema.parse(item.proposal);
  return context.attemptItems.update(item.id, {
    fraction: fraction.toFixed(),
    score: score.toFixed(),
    correctness: correctnessOf(fraction),
    rubric: scores.map((given) => ({ ...given })),
    gradedBy: isSameGrade(scores, proposal) ? 'AI_CONFIRMED' : 'HUMAN',
    awaitsGraderId: null,
  });
}

/** Settles the score once nothing is PENDING; a grade given anew changes it without telling the other domains again. */
async function finishGrading(context: Context, attempt: Attempt): Promise<void> {
  context.attemptItems.forget();
  const items = await context.attemptItems.ofAttempt(attempt.id);
  if (items.some(({ correctness }) => correctness === 'PENDING')) return;
  const now = context.now();
  const grades = items.map(({ fraction, score }) => ({
    fraction: fraction?.toFixed() ?? null,
    score: score?.toFixed() ?? null,
  }));
  const isFirst = attempt.state === 'GRADING';
  await context.attempts.recordMoves(
    [attempt.id],
    isFirst ? ['GRADING', 'GRADED'] : ['GRADED', 'GRADING', 'GRADED'],
    now,
  );
  await settleScore(context, attempt, { items, grades, isFirst });
}

/** Keeps what AI proposes for an essay that nobody has graded yet. Points beyond the rubric are no proposal. */
export async function keepProposal(
  context: Context,
  { itemId, scores }: EventPayload<'ai.essay.assessed'>,
): Promise<void> {
  const found = await context.attemptItems.find(itemId);
  if (!found) return;
  await context.attempts.lock(found.attemptId);
  context.attemptItems.forget();
  const item = await context.attemptItems.find(itemId);
  const content = item && (await findRubric(context, item));
  if (!item || !content || item.correctness !== 'PENDING') return;
  const proposal = parseScores(scores, content).map((score) => ({ ...score }));
  await context.attemptItems.update(itemId, { proposal, gradedBy: 'AI_PROPOSED' });
}
