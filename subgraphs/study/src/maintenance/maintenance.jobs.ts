import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import { deleteForgottenUploads } from '../material/upload.service.ts';

/** Deletes what is of no use any more. Safe to run at any time, in several workers at once. */
export const cleanUp = (context: Context): Promise<void> => deleteForgottenUploads(context);

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
