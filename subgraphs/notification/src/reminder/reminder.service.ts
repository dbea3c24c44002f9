import { invalidInput, newId, notFound } from '@studymate/contracts';
import type { ReminderSchedule } from '@studymate/database/notification';
import { isTimeZone, studyDay } from '@studymate/runtime';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { MutationScheduleReminderArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Category } from '../notification/category.ts';
import { dedupeKey } from '../notification/dedupe-key.ts';
import { notify } from '../notification/notify.service.ts';
import { getPreferences } from '../preference/preference.service.ts';
import { nextRuns, problemOfRule } from './next-runs.ts';
import { canUseReminder } from './reminder.policy.ts';

const maxRemindersPerLearner = 20;
const maxForeseenRuns = 50;
const batch = 100;
const ringing = ['REVIEW_DUE', 'STREAK_AT_RISK', 'GOAL', 'RECOMMENDATION'] satisfies Category[];
const ruleSchema = z.string().trim().min(1).max(300);

const nextRunOf = (reminder: ReminderSchedule, after: Date): Date | null =>
  nextRuns(reminder, after, 1)[0] ?? null;

/** The reminder, or null when it does not exist or is not the viewer's. */
export async function findReminder(context: Context, id: string): Promise<ReminderSchedule | null> {
  const reminder = await context.reminders.find(id);
  return reminder && canUseReminder(context.viewer, reminder) ? reminder : null;
}

function parseRule(args: MutationScheduleReminderArgs, timeZone: string, startsAt: Date): string {
  if (!ringing.some((category) => category === args.category))
    throw invalidInput(['category'], `category: must be one of ${ringing.join(', ')}`);
  const rrule = parseInput(ruleSchema, 'rrule', args.rrule)
    .replace(/^RRULE:/i, '')
    .toUpperCase();
  if (!isTimeZone(timeZone)) throw invalidInput(['timeZone'], 'timeZone: is not known');
  const problem = problemOfRule({ rrule, timeZone, startsAt });
  if (problem !== null) throw invalidInput(['rrule'], `rrule: ${problem}`, 'rrule');
  return rrule;
}

/** Sets a reminder for the viewer; the same category, rule and zone again answers the one there is. */
export async function scheduleReminder(
  context: Context,
  args: MutationScheduleReminderArgs,
): Promise<ReminderSchedule> {
  const { id: userId } = requireViewer(context);
  const ownTimeZone = args.timeZone ?? null;
  const timeZone = ownTimeZone ?? (await getPreferences(context, userId)).timeZone;
  const startsAt = context.now();
  const rrule = parseRule(args, timeZone, startsAt);
  const existing = await context.reminders.ofUser(userId);
  const same = existing.find(
    (known) => known.category === args.category && known.rrule === rrule && known.ownTimeZone === ownTimeZone,
  );
  if (same) return same;
  if (existing.length >= maxRemindersPerLearner)
    throw invalidInput(['rrule'], `A learner can have at most ${maxRemindersPerLearner} reminders.`, 'count');
  const nextRunAt = nextRuns({ rrule, timeZone, startsAt }, startsAt, 1)[0] ?? null;
  const id = newId('ReminderSchedule');
  const { category } = args;
  return context.reminders.create({
    id,
    userId,
    category,
    rrule,
    ownTimeZone,
    timeZone,
    startsAt,
    nextRunAt,
    paused: false,
  });
}

/** Silences a reminder of the viewer or lets it ring again. */
export async function pauseReminder(
  context: Context,
  id: string,
  paused: boolean,
): Promise<ReminderSchedule> {
  const reminder = await findReminder(context, id);
  if (!reminder) throw notFound('ReminderSchedule');
  const nextRunAt = paused ? null : nextRunOf(reminder, context.now());
  return context.reminders.update(id, { paused, nextRunAt });
}

/** The next times the reminder rings, at most 50. */
export function listNextRuns(context: Context, reminder: ReminderSchedule, count: number): Date[] {
  if (!Number.isInteger(count) || count < 1 || count > maxForeseenRuns)
    throw invalidInput(['count'], `count: must be 1 to ${maxForeseenRuns}`);
  return nextRuns(reminder, context.now(), count);
}

/** Lets the reminders that follow the learner's clock ring by its new zone. */
export async function followTimeZone(context: Context, userId: string, timeZone: string): Promise<void> {
  for (const reminder of await context.reminders.ofUser(userId)) {
    if (reminder.ownTimeZone !== null) continue;
    const moved = { ...reminder, timeZone };
    const nextRunAt = reminder.paused ? null : nextRunOf(moved, context.now());
    await context.reminders.update(reminder.id, { timeZone, nextRunAt });
  }
}

async function ring(context: Context, reminder: ReminderSchedule): Promise<void> {
  const { id, userId, nextRunAt, timeZone } = reminder;
  if (nextRunAt === null) return;
  await context.transaction(async (inner) => {
    if (!(await inner.reminders.advance(reminder, nextRunOf(reminder, inner.now())))) return;
    const moment = nextRunAt.toISOString();
    await notify(inner, {
      userId,
      templateKey: `reminder.${reminder.category.toLowerCase()}`,
      dedupeKey: dedupeKey('reminder', id, studyDay(nextRunAt, timeZone, 0), moment),
      variables: () => ({}),
    });
  });
}

/** Rings every reminder whose time has come; times missed while no worker ran ring once, not once each. */
export async function ringDueReminders(context: Context): Promise<void> {
  for (const reminder of await context.reminders.listDue(context.now(), batch)) await ring(context, reminder);
}
