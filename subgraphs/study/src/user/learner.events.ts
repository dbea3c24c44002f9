import type { EventPayload } from '@studymate/contracts';
import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import { skillCredit } from '../progress/completion.ts';
import { dayOf } from './learner-clock.ts';

/** Keeps the clock of a user for work without a viewer. */
export async function saveLearner(
  context: Context,
  payload: EventPayload<'auth.user.updated'>,
): Promise<void> {
  const { userId, displayName, timeZone, dayStartMinutes } = payload;
  await context.learners.save({ userId, displayName, timeZone, dayStartMinutes, updatedAt: context.now() });
}

/** Counts a graded quiz attempt on the study day on which it was graded. */
export async function countQuiz(
  context: Context,
  payload: EventPayload<'quiz.attempt.graded'>,
): Promise<void> {
  const { attemptId, userId, subjectId, fraction } = payload;
  const gradedAt = new Date(payload.gradedAt);
  const clock = await context.learners.clockOf(userId);
  const studyDay = dayOf(clock, gradedAt);
  await context.learners.lock(userId);
  await context.outcomes.saveQuiz({ attemptId, userId, subjectId, fraction, studyDay, gradedAt });
  await recountDays(context, { clock, subjectId, days: [studyDay] });
}

/** Counts a change of a skill's level; one that is older than what is known is left out. */
export async function countLevel(
  context: Context,
  payload: EventPayload<'personalization.mastery.changed'>,
): Promise<void> {
  const { userId, subjectId, skillId, after } = payload;
  const changedAt = new Date(payload.changedAt);
  const clock = await context.learners.clockOf(userId);
  await context.learners.lock(userId);
  const known = await context.outcomes.findLevel(userId, skillId);
  if (known && known.changedAt > changedAt) return;
  const before = known?.level ?? 'NOT_STARTED';
  const studyDay = dayOf(clock, changedAt);
  const credit = skillCredit(after) - skillCredit(before);
  await context.outcomes.saveLevel({
    userId,
    subjectId,
    skillId,
    before,
    after,
    credit,
    studyDay,
    changedAt,
  });
  await recountDays(context, { clock, subjectId, days: [studyDay] });
}
