import { type EventPayload, newRowId } from '@studymate/contracts';
import type { SkillState } from '@studymate/database/personalization';
import type { Context } from '../context.ts';
import { estimateOf, noCounts, type Observation, observe } from './estimate.ts';
import { levelAfterAssessmentItem, levelAfterExercise, type MasteryLevel } from './levels.ts';

/** Evidence about one skill, and how it moves the skill's level. */
interface Lesson {
  readonly skillId: string;
  readonly observations: readonly (Observation & { readonly kind: 'QUIZ_ITEM' | 'REVIEW' })[];
  readonly levelAfter: (level: MasteryLevel) => MasteryLevel;
}

interface Occasion {
  readonly userId: string;
  readonly subjectId: string;
  readonly at: Date;
  readonly reference: string;
  readonly attemptId: string | null;
  readonly reason: string;
}

const freshState = ({ userId, subjectId, at }: Occasion, skillId: string): SkillState => ({
  ...noCounts,
  userId,
  skillId,
  subjectId,
  level: 'NOT_STARTED',
  lastPracticedAt: at,
});

/** Moves one skill by one lesson: state, evidence, the change, and the event when the level is another. */
async function learnSkill(
  context: Context,
  occasion: Occasion,
  { lesson, before, skillTitle }: { lesson: Lesson; before: SkillState; skillTitle: string },
): Promise<void> {
  const { userId, subjectId, at, reference, attemptId, reason } = occasion;
  const counts = lesson.observations.reduce(observe, before);
  const after: SkillState = {
    ...before,
    successes: counts.successes,
    failures: counts.failures,
    observations: counts.observations,
    level: lesson.levelAfter(before.level),
    lastPracticedAt: new Date(Math.max(at.getTime(), before.lastPracticedAt.getTime())),
  };
  const probabilityBefore = estimateOf(before).probability;
  const probabilityAfter = estimateOf(after).probability;
  const place = { userId, subjectId, skillId: lesson.skillId };

  await context.mastery.saveState(after);
  await context.mastery.addEvidence(
    lesson.observations.map(({ kind, weight, outcome }) => ({
      id: newRowId(),
      ...place,
      at,
      kind,
      weight,
      outcome,
      reference,
    })),
  );
  const change = {
    ...place,
    before: before.level,
    after: after.level,
    probabilityBefore,
    probabilityAfter,
    reason,
  };
  await context.mastery.addChange({ id: newRowId(), ...change, attemptId, at });
  if (after.level === before.level) return;
  await context.events.publish('personalization.mastery.changed', {
    ...change,
    skillTitle,
    changedAt: at.toISOString(),
  });
}

async function learn(context: Context, occasion: Occasion, lessons: readonly Lesson[]): Promise<void> {
  const learner = await context.learners.find(occasion.userId);
  if (learner?.optedOut || lessons.length === 0) return;
  const [states, skills] = await Promise.all([
    context.mastery.statesOf(occasion.userId),
    context.catalog.skillsOf(occasion.userId),
  ]);
  for (const lesson of lessons) {
    const before =
      states.find(({ skillId }) => skillId === lesson.skillId) ?? freshState(occasion, lesson.skillId);
    const skillTitle = skills.find(({ id }) => id === lesson.skillId)?.title ?? '';
    await learnSkill(context, occasion, { lesson, before, skillTitle });
  }
  const count = lessons.reduce((total, { observations }) => total + observations.length, 0);
  await context.learners.addObservations(occasion.userId, count);
}

/** The skills an item is about; one that names none is about its subject as a whole. */
async function skillsOfItem(
  context: Context,
  subjectId: string,
  skillIds: readonly string[],
): Promise<string[]> {
  if (skillIds.length > 0) return [...skillIds];
  const subject = await context.catalog.findSubject(subjectId);
  return subject ? [subject.defaultSkillId] : [];
}

type GradedItem = EventPayload<'quiz.attempt.graded'>['items'][number];

/** An attempt on one skill is an exercise on it; on several it is a mixed assessment, item by item. */
function lessonOf(skillId: string, items: readonly GradedItem[], isMixed: boolean): Lesson {
  const mean = items.reduce((total, { fraction }) => total + fraction, 0) / items.length;
  return {
    skillId,
    observations: items.map(({ fraction, difficulty }) => ({
      outcome: fraction,
      weight: 1,
      difficulty,
      kind: 'QUIZ_ITEM',
    })),
    levelAfter: (level) =>
      isMixed
        ? items.reduce(
            (current, { fraction, difficulty }) =>
              levelAfterAssessmentItem(current, fraction >= 1, difficulty),
            level,
          )
        : levelAfterExercise(level, mean),
  };
}

/** Learns from a graded attempt: once per attempt, since the inbox lets each event through once. */
export async function learnFromAttempt(
  context: Context,
  attempt: EventPayload<'quiz.attempt.graded'>,
): Promise<void> {
  await context.projections.noteTaken(attempt);
  const bySkill = new Map<string, GradedItem[]>();
  for (const item of attempt.items) {
    for (const skillId of await skillsOfItem(context, attempt.subjectId, item.skillIds)) {
      bySkill.set(skillId, [...(bySkill.get(skillId) ?? []), item]);
    }
  }
  const occasion = {
    userId: attempt.userId,
    subjectId: attempt.subjectId,
    at: new Date(attempt.gradedAt),
    reference: attempt.attemptId,
    attemptId: attempt.attemptId,
    reason: attempt.quizTitle,
  };
  const lessons = [...bySkill].map(([skillId, items]) => lessonOf(skillId, items, bySkill.size > 1));
  await learn(context, occasion, lessons);
}

const reviewWeight = 0.3;
const atLeastAttempted = (level: MasteryLevel): MasteryLevel =>
  level === 'NOT_STARTED' ? 'ATTEMPTED' : level;

/** Learns from a card review. The first look at a new card tells nothing of memory, only that it was begun. */
export async function learnFromReview(
  context: Context,
  review: EventPayload<'study.review.logged'>,
): Promise<void> {
  await context.projections.noteDue(review);
  const isEvidence = review.stateBefore !== 'NEW';
  const outcome = review.grade === 'AGAIN' ? 0 : 1;
  const observation = { outcome, weight: reviewWeight, difficulty: 0, kind: 'REVIEW' as const };
  const skillIds = await skillsOfItem(context, review.subjectId, review.skillIds);
  const occasion = {
    userId: review.userId,
    subjectId: review.subjectId,
    at: new Date(review.reviewedAt),
    reference: review.reviewId,
    attemptId: null,
    reason: 'review',
  };
  const lessons = skillIds.map((skillId) => ({
    skillId,
    observations: isEvidence ? [observation] : [],
    levelAfter: atLeastAttempted,
  }));
  await learn(context, occasion, lessons);
}
