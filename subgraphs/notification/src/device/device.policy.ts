import type { Viewer } from '@studymate/contracts';
import type { DeviceToken } from '@studymate/database/notification';

export const canUseDevice = (viewer: Viewer | null, device: DeviceToken): boolean =>
  viewer?.id === device.userId;
