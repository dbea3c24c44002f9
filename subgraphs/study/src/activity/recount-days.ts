import type { StudyDay } from '@studymate/runtime';
import type { Context } from '../context.ts';
import { meetGoals } from '../goal/goal-view.ts';
import { announceQueue } from '../review/queue.live.ts';
import type { LearnerClock } from '../user/learner-clock.ts';

/**
 * Brings what is counted of a learner's study days in a subject up to date with the logs, and notes the goals
 * that are met by it. Within the transaction that changed the logs, the learner being locked.
 */
export async function recountDays(
  context: Context,
  {
    clock,
    subjectId,
    days,
  }: { readonly clock: LearnerClock; readonly subjectId: string; readonly days: Iterable<StudyDay> },
): Promise<void> {
  const list = [...new Set(days)];
  if (list.length > 0) await context.activity.recount({ userId: clock.userId, subjectId, days: list });
  await context.changes.entity('StudyStats', clock.userId);
  announceQueue(context, clock.userId);
  await meetGoals(context, clock);
}
