import type { DomainTables } from '@studymate/privacy';

/** Every table of notification. A new table that stands in neither list fails the test beside. */
export const personalTables = {
  personal: {
    Recipient: { by: 'userId' },
    Preferences: { by: 'userId' },
    ChannelChoice: { by: 'userId' },
    Notification: { by: 'userId' },
    Delivery: { by: 'userId' },
    DeviceToken: { by: 'userId' },
    ReminderSchedule: { by: 'userId' },
    StudyTally: { by: 'userId' },
  },
  impersonal: {
    NotificationTemplate: 'wording for everybody',
    TemplateText: 'wording for everybody',
    Broadcast: 'what was said to a segment, with how many it reached',
  },
} as const satisfies DomainTables;
