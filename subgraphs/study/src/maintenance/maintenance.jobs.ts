import type { JobPayload } from '@studymate/contracts';
import { addDays, studyDay } from '@studymate/runtime';
import { recountDays } from '../activity/recount-days.ts';
import type { Context } from '../context.ts';
import { deleteForgottenUploads } from '../material/upload.service.ts';

const recountedDays = 3;
const usersPerPage = 200;

/** Deletes what is of no use any more. Safe to run at any time, in several workers at once. */
export const cleanUp = (context: Context): Promise<void> => deleteForgottenUploads(context);

/** Counts all study days of a learner anew from the logs; changes nothing when the figures are right. */
async function recountLearner(context: Context, userId: string): Promise<void> {
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

/** Puts everybody's count in the queue who was active in the last days, a page at a time. */
async function recountActive(context: Context, after: string): Promise<void> {
  const since = addDays(studyDay(context.now(), 'UTC', 0), -recountedDays);
  const users = await context.maintenance.listActiveUsers(since, { after, limit: usersPerPage });
  const last = users.at(-1);
  await context.transaction(async (inner) => {
    for (const userId of users) await inner.jobs.enqueue('updateUserStats', { userId });
    if (last !== undefined && users.length === usersPerPage)
      await inner.jobs.enqueue('updateUserStats', { after: last });
  });
}

/** Brings the figures of one learner, or of all who were active of late, in line with the logs. */
export const updateUserStats = (
  context: Context,
  { userId, after = '' }: JobPayload<'updateUserStats'>,
): Promise<void> => (userId === undefined ? recountActive(context, after) : recountLearner(context, userId));
