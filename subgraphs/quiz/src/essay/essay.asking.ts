import type { Attempt, AttemptItem } from '@studymate/database/quiz';
import type { Context } from '../context.ts';
import { contentSchema } from '../question/content.ts';
import { responseSchema } from '../question/response.ts';
import { getQuizOfAttempt } from '../quiz/quiz.service.ts';

/** What AI gets to read of an essay. */
const readCharacters = 20_000;

/** Puts essays just handed in on the desk of the quiz's author, and asks AI what it would give. */
export async function askForGrades(
  context: Context,
  attempt: Attempt,
  essays: readonly AttemptItem[],
): Promise<void> {
  const { createdById } = await getQuizOfAttempt(context, attempt.quizId);
  for (const essay of essays) {
    await context.attemptItems.update(essay.id, { awaitsGraderId: createdById });
    await askForProposal(context, attempt, essay);
  }
}

async function askForProposal(context: Context, attempt: Attempt, item: AttemptItem): Promise<void> {
  const question = await context.questions.find(item.questionId);
  const content = contentSchema.parse(question?.content);
  const response = responseSchema.parse(item.response);
  if (!question || content.kind !== 'ESSAY' || response.kind !== 'ESSAY') return;
  const { explanation } = await context.answerKeys.get(question.id);
  await context.events.publish('quiz.essay.submitted', {
    itemId: item.id,
    attemptId: attempt.id,
    userId: attempt.userId,
    language: question.language,
    prompt: question.prompt,
    modelAnswer: explanation,
    text: response.text.slice(0, readCharacters),
    rubric: content.rubric.map(({ id, title, levels }) => ({
      criterionId: id,
      title,
      levels: levels.map(({ points, description }) => ({ points: Number(points), description })),
    })),
  });
}
