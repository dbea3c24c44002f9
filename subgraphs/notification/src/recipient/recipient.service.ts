import type { EventPayload } from '@studymate/contracts';
import type { Context } from '../context.ts';
import { followTimeZone } from '../reminder/reminder.service.ts';
import { nextReportAt } from '../report/report-week.ts';

/** Takes note of who a user is and where; reminders and reports move along with the user's clock. */
export async function saveRecipient(
  context: Context,
  user: EventPayload<'auth.user.updated'>,
): Promise<void> {
  const { userId, email, displayName, locale, timeZone } = user;
  const before = await context.recipients.find(userId);
  const moved = before !== null && before.timeZone !== timeZone;
  const reportAt = before === null || moved ? nextReportAt(context.now(), timeZone) : before.nextReportAt;
  await context.recipients.save({ userId, email, displayName, locale, timeZone, nextReportAt: reportAt });
  if (moved) await followTimeZone(context, userId, timeZone);
}
