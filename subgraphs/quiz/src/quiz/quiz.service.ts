import { conflict, forbidden, invalidInput, newId, notFound } from '@studymate/contracts';
import type { Quiz } from '@studymate/database/quiz';
import { onceByKey, parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { AdaptiveSettingsInput } from '../__generated__/resolvers.ts';
import { adaptiveInputSchema, settingsFor } from '../adaptive/adaptive-settings.ts';
import type { Context } from '../context.ts';
import { getOwnSubject } from '../subject/subject.service.ts';
import { canAuthorQuiz, canSeeQuiz } from './quiz.policy.ts';

const maxSeconds = 30 * 24 * 3600;
export const maxAttemptsPerLearner = 200;

const moment = z.enum(['NEVER', 'AFTER_EACH', 'AFTER_SUBMIT', 'AFTER_CLOSE']).nullish();

const settingsSchema = z
  .object({
    title: z.string().trim().min(1).max(200),
    description: z.string().trim().max(5_000).nullish(),
    difficulty: z.enum(['BEGINNER', 'EASY', 'MEDIUM', 'HARD', 'EXPERT']),
    visibility: z.enum(['PRIVATE', 'PUBLIC']).nullish(),
    timeLimitSeconds: z.int().min(1).max(maxSeconds).nullish(),
    graceSeconds: z.int().min(0).max(3_600).nullish(),
    maxAttempts: z.int().min(1).max(maxAttemptsPerLearner).nullish(),
    scoring: z.enum(['HIGHEST', 'LATEST', 'AVERAGE', 'FIRST']).nullish(),
    shuffleQuestions: z.boolean().nullish(),
    shuffleChoices: z.boolean().nullish(),
    behaviour: z
      .enum(['DEFERRED', 'IMMEDIATE', 'INTERACTIVE_MULTIPLE_TRIES', 'CERTAINTY_BASED', 'ADAPTIVE'])
      .nullish(),
    adaptive: adaptiveInputSchema.nullish(),
    maxTries: z.int().min(1).max(10).nullish(),
    tryPenalty: z.number().min(0).max(1).nullish(),
    feedback: z.object({ showScore: moment, showCorrectness: moment, showAnswerKey: moment }).nullish(),
    opensAt: z.date().nullish(),
    closesAt: z.date().nullish(),
    passScore: z.number().min(0).max(1).nullish(),
  })
  .refine(({ opensAt, closesAt }) => !opensAt || !closesAt || opensAt < closesAt, {
    path: ['closesAt'],
    message: 'must be after opensAt',
  })
  .refine(
    ({ behaviour, feedback }) =>
      behaviour !== 'INTERACTIVE_MULTIPLE_TRIES' || feedback?.showCorrectness === 'AFTER_EACH',
    { path: ['feedback', 'showCorrectness'], message: 'must be AFTER_EACH where there are more tries' },
  );

export type QuizInput = Omit<z.input<typeof settingsSchema>, 'adaptive'> & {
  readonly subjectId: string;
  readonly adaptive?: AdaptiveSettingsInput | null | undefined;
};

/** The quiz, or null when it does not exist or is not the viewer's to see. */
export async function findQuiz(context: Context, id: string): Promise<Quiz | null> {
  const quiz = await context.quizzes.find(id);
  return quiz && canSeeQuiz(context.viewer, quiz) ? quiz : null;
}

/** The quiz; throws NOT_FOUND where `findQuiz` answers null. */
export async function getQuiz(context: Context, id: string): Promise<Quiz> {
  const quiz = await findQuiz(context, id);
  if (!quiz) throw notFound('Quiz');
  return quiz;
}

/** The quiz of an attempt, which whoever may see the attempt may see, whatever has become of it. */
export async function getQuizOfAttempt(context: Context, quizId: string): Promise<Quiz> {
  const quiz = await context.quizzes.find(quizId);
  if (!quiz) throw new Error(`Quiz ${quizId} is gone, its attempts are not.`);
  return quiz;
}

/** The quiz, for its author; throws NOT_FOUND when the viewer may not see it, FORBIDDEN when he may only take it. */
export async function getQuizAsAuthor(context: Context, id: string): Promise<Quiz> {
  const quiz = await getQuiz(context, id);
  if (!canAuthorQuiz(context.viewer, quiz)) throw forbidden('change this quiz');
  return quiz;
}

export async function createQuiz(
  context: Context,
  { input, idempotencyKey }: { readonly input: QuizInput; readonly idempotencyKey: string },
): Promise<Quiz> {
  const viewer = requireViewer(context);
  const settings = parseInput(settingsSchema, 'input', input);
  const subject = await getOwnSubject(context, input.subjectId);
  const { behaviour, adaptive: wished } = settings;
  const wishes = { behaviour: behaviour ?? 'DEFERRED', adaptive: wished ?? null };
  const adaptive = await settingsFor(context, wishes, subject.id);
  return onceByKey(
    context,
    { mutation: 'createQuiz', key: idempotencyKey, body: input },
    {
      run: (inner) =>
        inner.quizzes.create({
          id: newId('Quiz'),
          subjectId: subject.id,
          subjectOwnerId: subject.ownerId,
          createdById: viewer.id,
          createdAt: context.now(),
          ...rowOf(settings),
          ...(adaptive ? { adaptive } : {}),
        }),
      replay: getQuiz,
    },
  );
}

function rowOf({ feedback, passScore, ...settings }: z.output<typeof settingsSchema>) {
  return {
    title: settings.title,
    description: settings.description || null,
    difficulty: settings.difficulty,
    visibility: settings.visibility ?? 'PRIVATE',
    timeLimitSeconds: settings.timeLimitSeconds ?? null,
    graceSeconds: settings.graceSeconds ?? 5,
    maxAttempts: settings.maxAttempts ?? null,
    scoring: settings.scoring ?? 'HIGHEST',
    behaviour: settings.behaviour ?? 'DEFERRED',
    maxTries: settings.maxTries ?? 3,
    tryPenalty: settings.tryPenalty ?? '0.3333333333',
    shuffleQuestions: settings.shuffleQuestions ?? true,
    shuffleChoices: settings.shuffleChoices ?? true,
    showScore: feedback?.showScore ?? 'AFTER_SUBMIT',
    showCorrectness: feedback?.showCorrectness ?? 'AFTER_SUBMIT',
    showAnswerKey: feedback?.showAnswerKey ?? 'AFTER_SUBMIT',
    opensAt: settings.opensAt ?? null,
    closesAt: settings.closesAt ?? null,
    passFraction: passScore ?? null,
  } as const;
}

/** Opens a quiz to takers and tells the other domains. Publishing what is published changes nothing. */
export async function publishQuiz(
  context: Context,
  { id, expectedRevision }: { readonly id: string; readonly expectedRevision: number },
): Promise<Quiz> {
  const quiz = await getQuizAsAuthor(context, id);
  if (quiz.status === 'PUBLISHED') return quiz;
  if (quiz.revision !== expectedRevision) throw conflict('The quiz has been changed.', quiz.revision);
  if (quiz.questionCount === 0) throw invalidInput(['id'], 'A quiz without questions cannot be published.');

  return context.transaction(async (inner) => {
    const change = { status: 'PUBLISHED', publishedAt: context.now() } as const;
    const published = await inner.quizzes.revise(id, expectedRevision, change);
    if (!published) throw conflict('The quiz has been changed.', quiz.revision + 1);
    await announceQuiz(inner, published);
    return published;
  });
}

/** Tells the other domains of a published quiz and the skills it practises. */
export async function announceQuiz(context: Context, quiz: Quiz): Promise<void> {
  const slots = await context.quizzes.slotsOf(quiz.id);
  const entries = await Promise.all(
    slots.flatMap(({ entryId }) => (entryId === null ? [] : [context.entries.find(entryId)])),
  );
  const skillIds = new Set([
    ...entries.flatMap((entry) => entry?.skillIds ?? []),
    ...slots.flatMap((slot) => slot.skillIds),
  ]);
  await context.events.publish('quiz.quiz.published', {
    quizId: quiz.id,
    subjectId: quiz.subjectId,
    ownerId: quiz.createdById,
    title: quiz.title,
    difficulty: quiz.difficulty,
    questionCount: quiz.questionCount,
    skillIds: [...skillIds],
    isPublic: quiz.visibility === 'PUBLIC',
  });
}
