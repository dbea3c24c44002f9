import type { Resolvers } from '../__generated__/resolvers.ts';
import { findReminder, listNextRuns, pauseReminder, scheduleReminder } from './reminder.service.ts';

export const reminderResolvers = {
  Mutation: {
    scheduleReminder: (_root, args, context) => scheduleReminder(context, args),
    pauseReminder: (_root, { id, paused }, context) => pauseReminder(context, id, paused),
  },
  User: {
    reminders: ({ id }, _args, context) => context.reminders.ofUser(id),
  },
  ReminderSchedule: {
    __resolveReference: ({ id }, context) => findReminder(context, id),
    nextRuns: (reminder, { count }, context) => listNextRuns(context, reminder, count ?? 5),
  },
} satisfies Resolvers;
