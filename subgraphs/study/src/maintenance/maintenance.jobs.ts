import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import { deleteForgottenUploads } from '../material/upload.service.ts';

const dayMs = 86_400_000;
/** Idempotency keys are kept two days, deliveries a month, what was published a week. */
const keptDays = { keys: 2, inbox: 30, published: 7 };

/** Deletes what is of no use any more. Safe to run at any time, in several workers at once. */
export async function cleanUp(context: Context): Promise<void> {
  const before = (days: number) => new Date(context.now().getTime() - days * dayMs);
  await deleteForgottenUploads(context);
  await context.maintenance.deleteKeysBefore(before(keptDays.keys));
  await context.maintenance.deleteInboxBefore(before(keptDays.inbox));
  await context.maintenance.deletePublishedBefore(before(keptDays.published));
}

/** Counts all study days of a learner anew from the logs; changes nothing when the figures are right. */
export async function updateUserStats(
  context: Context,
  { userId }: { readonly userId: string },
): Promise<void> {
  const clock = await context.learners.clockOf(userId);
  await context.transaction(async (inner) => {
    await inner.learners.lock(userId);
    const days = new Map<string, string[]>();
    for (const { subjectId, studyDay } of await inner.maintenance.listActiveDays(userId)) {
      days.set(subjectId, [...(days.get(subjectId) ?? []), studyDay]);
    }
    for (const [subjectId, list] of days) await recountDays(inner, { clock, subjectId, days: list });
  });
}
