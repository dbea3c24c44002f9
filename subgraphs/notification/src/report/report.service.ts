import type { Recipient } from '@studymate/database/notification';
import type { Context } from '../context.ts';
import { dedupeKey } from '../notification/dedupe-key.ts';
import { notify } from '../notification/notify.service.ts';
import { nextReportAt, reportedWeek } from './report-week.ts';

const batch = 100;

async function sendReport(context: Context, recipient: Recipient): Promise<void> {
  const { userId, timeZone } = recipient;
  const week = reportedWeek(recipient.nextReportAt, timeZone);
  await context.transaction(async (inner) => {
    if (!(await inner.recipients.advanceReport(recipient, nextReportAt(inner.now(), timeZone)))) return;
    const { days, sessions, activeSeconds } = await inner.tallies.total(userId, week);
    if (sessions === 0) return;
    await notify(inner, {
      userId,
      templateKey: 'report.weekly',
      dedupeKey: dedupeKey('weekly-report', week.from),
      variables: () => ({ days, sessions, minutes: Math.round(activeSeconds / 60) }),
    });
  });
}

/** Sends the weekly report to every learner whose Monday morning has come; a week without study has none. */
export async function sendDueReports(context: Context): Promise<void> {
  for (const recipient of await context.recipients.listReportDue(context.now(), batch)) {
    await sendReport(context, recipient);
  }
}
