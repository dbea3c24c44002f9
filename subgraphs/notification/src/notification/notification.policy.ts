import type { Viewer } from '@studymate/contracts';
import type { Notification } from '@studymate/database/notification';

export const canReadNotification = (viewer: Viewer | null, notification: Notification): boolean =>
  viewer?.id === notification.userId;
