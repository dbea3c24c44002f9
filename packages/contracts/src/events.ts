import { z } from 'zod';
import { privacyPayloads, privacySubscribers } from './privacy-events.ts';

const id = z.string().min(1);
const instant = z.iso.datetime();
const day = z.iso.date();
const fraction = z.number().min(0).max(1);

const userProfile = z.object({
  userId: id,
  email: z.string(),
  displayName: z.string(),
  locale: z.string(),
  timeZone: z.string(),
  dayStartMinutes: z.int(),
});

const generationKind = z.enum(['SUMMARY', 'QUIZ', 'FLASHCARDS', 'EXPLANATION', 'TUTOR', 'ESSAY_FEEDBACK']);
const masteryLevel = z.enum(['NOT_STARTED', 'ATTEMPTED', 'FAMILIAR', 'PROFICIENT', 'MASTERED']);

/**
 * Every event that crosses from one subgraph to others, with the payload both sides read.
 * Payloads only grow by optional fields; large bodies travel as an object-storage key.
 */
export const events = {
  /** The address is verified and the account usable. */
  'auth.user.registered': userProfile,
  'auth.user.updated': userProfile,
  ...privacyPayloads,

  'study.subject.created': z.object({ subjectId: id, ownerId: id, title: z.string(), defaultSkillId: id }),
  'study.skill.created': z.object({
    skillId: id,
    subjectId: id,
    ownerId: id,
    code: z.string(),
    title: z.string(),
    prerequisiteIds: z.array(id),
  }),
  'study.deck.created': z.object({ deckId: id, subjectId: id, ownerId: id, title: z.string() }),
  /** The text of a revision is parsed and stored under `contentKey` (UTF-8, NFC). */
  'study.material.ready': z.object({
    materialId: id,
    revision: z.int().positive(),
    subjectId: id,
    ownerId: id,
    title: z.string(),
    language: z.string(),
    charCount: z.int(),
    contentKey: z.string(),
  }),
  'study.session.finished': z.object({
    sessionId: id,
    userId: id,
    subjectId: id,
    startedAt: instant,
    endedAt: instant,
    activeSeconds: z.int(),
    studyDay: day,
  }),
  'study.review.logged': z.object({
    reviewId: id,
    userId: id,
    cardId: id,
    deckId: id,
    subjectId: id,
    skillIds: z.array(id),
    grade: z.enum(['AGAIN', 'HARD', 'GOOD', 'EASY']),
    stateBefore: z.enum(['NEW', 'LEARNING', 'REVIEW', 'RELEARNING']),
    reviewedAt: instant,
    nextDueAt: instant,
    studyDay: day,
  }),
  'study.goal.met': z.object({ goalId: id, userId: id, kind: z.string(), target: z.int(), metAt: instant }),
  /** A summary or deck made by AI is stored under the id that the generation promised. */
  'study.output.stored': z.object({ generationId: id, outputId: id }),

  'quiz.quiz.published': z.object({
    quizId: id,
    subjectId: id,
    ownerId: id,
    title: z.string(),
    difficulty: z.string(),
    questionCount: z.int(),
    skillIds: z.array(id),
    /** Anyone signed in may take it. */
    isPublic: z.boolean().optional(),
  }),
  'quiz.output.stored': z.object({ generationId: id, outputId: id }),
  'quiz.attempt.graded': z.object({
    attemptId: id,
    quizId: id,
    quizTitle: z.string(),
    subjectId: id,
    userId: id,
    score: z.number(),
    maxScore: z.number(),
    fraction,
    passed: z.boolean().nullable(),
    gradedAt: instant,
    items: z.array(
      z.object({
        itemId: id,
        questionId: id,
        skillIds: z.array(id),
        fraction,
        /** IRT difficulty (logit); 0 where the question is not calibrated. */
        difficulty: z.number(),
      }),
    ),
  }),
  /** An essay was handed in and waits for a person's grade. The model answer is for graders' eyes only. */
  'quiz.essay.submitted': z.object({
    itemId: id,
    attemptId: id,
    userId: id,
    language: z.string().nullable(),
    prompt: z.string(),
    modelAnswer: z.string().nullable(),
    text: z.string(),
    rubric: z.array(
      z.object({
        criterionId: id,
        title: z.string(),
        levels: z.array(z.object({ points: z.number(), description: z.string() })),
      }),
    ),
  }),

  'ai.credits.requested': z.object({
    generationId: id,
    userId: id,
    kind: generationKind,
    maxCredits: z.int(),
  }),
  'ai.generation.produced': z.object({
    generationId: id,
    userId: id,
    kind: generationKind,
    subjectId: id,
    materialId: id,
    materialRevision: z.int(),
    language: z.string(),
    outputId: id,
    /** JSON in object storage, as `generation-outputs.ts` describes it for the kind. */
    outputKey: z.string(),
  }),
  'ai.generation.finished': z.object({
    generationId: id,
    userId: id,
    kind: generationKind,
    state: z.enum(['SUCCEEDED', 'FAILED', 'CANCELED', 'BLOCKED']),
    credits: z.int(),
    title: z.string(),
    outputId: id.nullable(),
    finishedAt: instant,
  }),
  /** Points that AI proposes for an essay, criterion by criterion; they count once a person confirms them. */
  'ai.essay.assessed': z.object({
    itemId: id,
    userId: id,
    model: z.string(),
    scores: z.array(z.object({ criterionId: id, points: z.number(), comment: z.string() })),
  }),

  'billing.credits.reserved': z.object({ generationId: id, userId: id, credits: z.int() }),
  'billing.credits.refused': z.object({
    generationId: id,
    userId: id,
    available: z.int(),
    reason: z.string(),
  }),
  'billing.credits.changed': z.object({
    userId: id,
    balance: z.int(),
    reserved: z.int(),
    available: z.int(),
  }),
  'billing.subscription.changed': z.object({
    userId: id,
    subscriptionId: id,
    planCode: z.string(),
    planName: z.string(),
    status: z.string(),
    currentPeriodEnd: instant,
  }),

  'personalization.mastery.changed': z.object({
    userId: id,
    subjectId: id,
    skillId: id,
    skillTitle: z.string(),
    before: masteryLevel,
    after: masteryLevel,
    probabilityBefore: fraction,
    probabilityAfter: fraction,
    reason: z.string(),
    changedAt: instant,
  }),
} satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]>;

/** Which domains hear of each event. The relay makes one delivery per subscriber. */
export const subscribers = {
  'auth.user.registered': ['study', 'subscription', 'notification', 'personalization'],
  'auth.user.updated': ['study', 'notification', 'personalization'],
  ...privacySubscribers,
  'study.subject.created': ['quiz', 'personalization'],
  'study.skill.created': ['quiz', 'personalization'],
  'study.deck.created': ['personalization'],
  'study.material.ready': ['ai', 'personalization'],
  'study.session.finished': ['notification'],
  'study.review.logged': ['personalization'],
  'study.goal.met': ['notification'],
  'study.output.stored': ['ai'],
  'quiz.quiz.published': ['personalization'],
  'quiz.output.stored': ['ai'],
  'quiz.attempt.graded': ['study', 'subscription', 'notification', 'personalization'],
  'quiz.essay.submitted': ['ai'],
  'ai.credits.requested': ['subscription'],
  'ai.generation.produced': ['study', 'quiz'],
  'ai.generation.finished': ['subscription', 'notification'],
  'ai.essay.assessed': ['quiz'],
  'billing.credits.reserved': ['ai'],
  'billing.credits.refused': ['ai'],
  'billing.credits.changed': ['ai'],
  'billing.subscription.changed': ['auth', 'notification'],
  'personalization.mastery.changed': ['study', 'notification'],
} as const satisfies Record<EventName, readonly string[]>;

/** Events of one key reach each subscriber in the order they were written: those of a user, or of a generation. */
export function orderKeyOf(payload: object): string | null {
  const { userId, ownerId, generationId } = payload as Readonly<Record<string, string | undefined>>;
  return userId ?? ownerId ?? generationId ?? null;
}

type HeardBy<D extends string> = {
  [E in EventName]: D extends (typeof subscribers)[E][number] ? E : never;
}[EventName];

/** One handler per event that the domain hears of; leaving one out does not compile. */
export type EventHandlers<D extends string, C> = {
  [E in HeardBy<D>]: (context: C, payload: EventPayload<E>) => Promise<void>;
};
