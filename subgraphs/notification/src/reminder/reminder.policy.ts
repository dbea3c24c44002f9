import type { Viewer } from '@studymate/contracts';
import type { ReminderSchedule } from '@studymate/database/notification';

export const canUseReminder = (viewer: Viewer | null, reminder: ReminderSchedule): boolean =>
  viewer?.id === reminder.userId;
