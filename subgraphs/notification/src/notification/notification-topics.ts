/** What new notifications in a learner's feed are announced on, with their id. */
export const arrivalTopic = (userId: string): string => `notifications:${userId}`;

/** What changes of the number of a learner's unread notifications are announced on. */
export const unreadCountTopic = (userId: string): string => `unread-count:${userId}`;
